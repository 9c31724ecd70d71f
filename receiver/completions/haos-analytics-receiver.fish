# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_haos_analytics_receiver_global_optspecs
	string join \n h/help V/version
end

function __fish_haos_analytics_receiver_needs_command
	# Figure out if the current invocation already has a command.
	set -l cmd (commandline -opc)
	set -e cmd[1]
	argparse -s (__fish_haos_analytics_receiver_global_optspecs) -- $cmd 2>/dev/null
	or return
	if set -q argv[1]
		# Also print the command, so this can be used to figure out what it is.
		echo $argv[1]
		return 1
	end
	return 0
end

function __fish_haos_analytics_receiver_using_subcommand
	set -l cmd (__fish_haos_analytics_receiver_needs_command)
	test -z "$cmd"
	and return 1
	contains -- $cmd[1] $argv
end

complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -s V -l version -d 'Print version'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "serve" -d 'Take reports and publish the aggregate, until SIGTERM or SIGINT'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "aggregate" -d 'Print the aggregate of a store (as /data.json) and exit'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "export" -d 'Print every installation of a store, one JSON object a line'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "import" -d 'Read such lines from stdin into a store; what is there and newer stays'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "purge" -d 'Remove the installations that were first seen in a bad hour'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "sample" -d 'Print installations that do not exist, for import'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l store -d 'sqlite:PATH or redis://HOST:PORT,...' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l durability -d 'With redis: whether 200 means durable' -r -f -a "strict\t'It does: what that needs is asked for, and without it nothing is taken'
best-effort\t'It does as far as the cluster is set up for it'"
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l replicas -d 'With redis: acknowledge a report when so many replicas have it; 0: when its node has it on disk' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l mirror -d 'With redis: publish the aggregate from this copy of the store; without, publish nothing' -r -F
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l least -d 'Publish no number over fewer installations than this, nor what gives one away' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l quarantine -d 'When an installation begins to count: with the first report that comes so many hours after its first one, and on another day; 0: at once' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l domains -d 'Publish only custom integrations of this list: {"core": [...], "custom": [...]}' -r -F
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l trusted-proxy -d 'Networks whose headers count, as 127.0.0.1/32,::1' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l country-header -d 'The country, from a trusted proxy' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l region-header -d 'The state of the US, from a trusted proxy' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l address-header -d 'The client\'s address, from a trusted proxy, for --geoip' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l geoip -d 'A database of addresses in MaxMind\'s format' -r -F
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l listen -d 'Where to listen; port 0 takes a free one' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l refresh -d 'How often expired reports are removed, and how soon a publication is seen' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l publish -d 'How often the published numbers change, all together: daily, hourly, or a number of seconds' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l new-per-network -d 'How many new installations of each network (/24, /48) and hour are taken, and 200 times as many names that nobody had before; 0: any number' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -l connections -d 'How many connections there may be at a time' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -l store -d 'sqlite:PATH or redis://HOST:PORT,...' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -l mirror -d 'With redis: publish the aggregate from this copy of the store; without, publish nothing' -r -F
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -l least -d 'Publish no number over fewer installations than this, nor what gives one away' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -l quarantine -d 'When an installation begins to count: with the first report that comes so many hours after its first one, and on another day; 0: at once' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -l domains -d 'Publish only custom integrations of this list: {"core": [...], "custom": [...]}' -r -F
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand aggregate" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand export" -l store -d 'sqlite:PATH or redis://HOST:PORT,...' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand export" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand import" -l store -d 'sqlite:PATH or redis://HOST:PORT,...' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand import" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand purge" -l store -d 'sqlite:PATH or redis://HOST:PORT,...' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand purge" -l since -d 'From the first report at this time on, as 2026-02-03T18:00Z' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand purge" -l until -d 'And before this time; without, until now' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand purge" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand sample" -l count -d 'How many installations' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand sample" -l seed -d 'Which ones: the same number makes the same installations' -r
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand sample" -s h -l help -d 'Print help'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "serve" -d 'Take reports and publish the aggregate, until SIGTERM or SIGINT'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "aggregate" -d 'Print the aggregate of a store (as /data.json) and exit'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "export" -d 'Print every installation of a store, one JSON object a line'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "import" -d 'Read such lines from stdin into a store; what is there and newer stays'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "purge" -d 'Remove the installations that were first seen in a bad hour'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "sample" -d 'Print installations that do not exist, for import'
complete -c haos-analytics-receiver -n "__fish_haos_analytics_receiver_using_subcommand help; and not __fish_seen_subcommand_from serve aggregate export import purge sample help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'

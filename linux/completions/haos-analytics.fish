# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_haos_analytics_global_optspecs
	string join \n V/version h/help root= endpoint= supervisor= ca= dsn= state=
end

function __fish_haos_analytics_needs_command
	# Figure out if the current invocation already has a command.
	set -l cmd (commandline -opc)
	set -e cmd[1]
	argparse -s (__fish_haos_analytics_global_optspecs) -- $cmd 2>/dev/null
	or return
	if set -q argv[1]
		# Also print the command, so this can be used to figure out what it is.
		echo $argv[1]
		return 1
	end
	return 0
end

function __fish_haos_analytics_using_subcommand
	set -l cmd (__fish_haos_analytics_needs_command)
	test -z "$cmd"
	and return 1
	contains -- $cmd[1] $argv
end

complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -s V -l version -d 'print the version'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -s h -l help -d 'print this help'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -f -a "send" -d 'print the report and post it; this is what the timer runs'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -f -a "show" -d 'print what send would post now, indented on a terminal, and send nothing'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -f -a "status" -d 'print what the owner agreed to, where reports go and how the last one ended; sends nothing'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -f -a "detect" -d 'print board, OS version, architecture, machine and how they are known; needs no consent'
complete -c haos-analytics -n "__fish_haos_analytics_needs_command" -f -a "forget" -d 'have the receiver that --endpoint names delete what it keeps of this installation, and delete what is kept here'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand send" -l board-crashes -d 'crash reports of the kernel and of systemd\'s services too'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l as -d 'what basic, usage, statistics or all would send, whatever was agreed to' -r
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l explain -d 'for each field its value, its source, and the consent that allows it (stderr)'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l all -d 'with --explain on a terminal, lists in full'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l raw -d 'exactly the bytes on a terminal too, where JSON is indented otherwise'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l diagnostics -d 'the crash reports that send would post now, instead of the payload'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l last -d 'the last report that arrived, as it is kept on this device, instead of the next one'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand show" -l diff -d 'what the next report changes against the last one, instead of the payload'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand status" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand detect" -l json -d 'one JSON object'
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l root -d 'read the machine below this directory instead of /' -r -f -a "(__fish_complete_directories)"
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l endpoint -d 'post to this receiver instead of Home Assistant\'s; forget needs it' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l supervisor -d 'ask the Supervisor here instead of at http://172.30.32.2' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l ca -d 'trust the certificates of this PEM file, and no others' -r -F
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l dsn -d 'send crash reports here, if the owner opted in to diagnostics' -r -f
complete -c haos-analytics -n "__fish_haos_analytics_using_subcommand forget" -l state -d 'keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics' -r -f -a "(__fish_complete_directories)"

#!/bin/bash
# The same report with what a shell has at hand: jq and curl.
set -euo pipefail

while [ $# -gt 1 ]; do
  case $1 in
  --root) root=$2 ;;
  --endpoint) endpoint=$2 ;;
  --supervisor) supervisor=$2 ;;
  --ca) ca=$2 ;;
  esac
  shift 2
done
data=$root/mnt/data/supervisor
analytics=$data/homeassistant/.storage/core.analytics

jq -e '.data.onboarded and .data.preferences.base' "$analytics" >/dev/null || exit 77
. "$root/etc/os-release"
IFS= read -r -d '' compatible <"$root/sys/firmware/devicetree/base/compatible"

token=$(jq -r .access_token "$data/observer.json")
info=$(curl -sS --fail --max-time 5 -H "Authorization: Bearer $token" "$supervisor/supervisor/info" || echo '{}')

payload=$(jq -c --argjson info "$info" --arg version "$(cat "$data/homeassistant/.HA_VERSION")" \
  --arg board "${VARIANT_ID:-${compatible#*,}}" --arg os "$VERSION_ID" '
  {uuid: .data.uuid, version: $version, installation_type: "Home Assistant OS"}
  + if $info.data then {supervisor: ($info.data | {healthy, supported, arch})} else {} end
  + {operating_system: {board: $board, version: $os}}' "$analytics")
printf '%s\n' "$payload"
curl -sS --fail --max-time 30 ${ca:+--cacert "$ca"} -H 'Content-Type: application/json' \
  --data-binary "$payload" -o /dev/null "$endpoint"

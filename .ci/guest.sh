# shellcheck shell=bash
# What a guest of QEMU boots: Debian's kernel for ARM64, busybox, and the device trees of two boards.

# Modules in the order in which they go in: a network card that is virtual, and one at a Raspberry Pi's USB (with the
# watchdog, without which that machine cannot be ended).
VIRT_MODULES='virtio_mmio failover net_failover virtio_net'
PI_MODULES='usb-common usbcore roles udc-core phy-generic dwc2 mii usbnet cdc_ether bcm2835_wdt'

# guest DIRECTORY: makes it, unless it is there.
guest() {
  local new=$1.new files module kernel
  [ ! -d "$1" ] || return 0
  rm -rf "$new"
  mkdir -p "$new/virt" "$new/pi"
  files=$new/unpacked
  ARCHITECTURE=arm64 archive own
  kernel=$(apt-cache "${APT[@]}" depends linux-image-arm64)
  kernel=$(awk '/Depends: linux-image/ && !n++ { print $2 }' <<<"$kernel")
  unpack "$files" "$kernel" busybox-static
  mv "$files"/boot/vmlinuz-* "$new/Image"
  mv "$files"{,/usr}/bin/busybox "$new/" 2>/dev/null || [ -e "$new/busybox" ] || fail "busybox-static has no busybox"
  for module in $VIRT_MODULES; do number "$new/virt" "$module"; done
  for module in $PI_MODULES; do number "$new/pi" "$module"; done
  mv "$files"/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb "$new/rpi3.dtb"
  # QEMU has no such boards, so its own machine gets their names from their own trees.
  quietly qemu-system-aarch64 -M virt,dumpdtb="$new/virt.dtb" -cpu cortex-a72 -m 512 -display none -nic none
  named "$new" odroid-n2 meson-g12b-odroid-n2
  named "$new" khadas-vim3 meson-g12b-s922x-khadas-vim3
  rm -rf "$files"
  mv "$new" "$1"
  echo "the guest: $kernel"
}

# number DIRECTORY MODULE: the module, with its place in the order before its name.
number() {
  local found
  found=$(find "$files/lib/modules" -name "$2.ko")
  [ -n "$found" ] || fail "$kernel has no module $2"
  mv "$found" "$1/$(printf '%02d' "$(find "$1" -name '*.ko' | wc -l)")-$2.ko"
}

# named DIRECTORY NAME TREE: the virtual machine's tree with the identity of a board's.
named() {
  local tree=$1/$2.dtb real
  real=$(echo "$files"/usr/lib/linux-image-*/amlogic/"$3.dtb")
  cp "$1/virt.dtb" "$tree"
  fdtput -t s "$tree" / model "$(fdtget -t s "$real" / model)"
  # shellcheck disable=SC2046 # one argument per entry
  fdtput -t s "$tree" / compatible $(fdtget -t s "$real" / compatible)
}

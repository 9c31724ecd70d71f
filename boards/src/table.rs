// To add a board: add a row here, in the order of the ids. Take `compatible` from the tree that the image boots
// (its own string, never a SoC's), and machine and arch from the image's os-release. Then add the root directory
// tests/fixtures/<id>/ and what is expected of it, tests/golden/<id>.json and <id>.detect.json.
// A board that loses its image stays, with `retired: true`: old installations go on reporting.

use crate::Board;

// 32 and 64 bit images boot the same trees.
const PI_3: &[&str] = &[
    "raspberrypi,3-compute-module",
    "raspberrypi,3-model-a-plus",
    "raspberrypi,3-model-b",
    "raspberrypi,3-model-b-plus",
    "raspberrypi,model-zero-2-w",
];
const PI_4: &[&str] =
    &["raspberrypi,4-compute-module", "raspberrypi,4-compute-module-s", "raspberrypi,4-model-b", "raspberrypi,400"];

/// Every board, sorted by id.
pub static BOARDS: &[Board] = &[
    Board {
        id: "amber",
        machine: Some("raspberrypi4-64"),
        arch: "aarch64",
        retired: true,
        compatible: &["raspberrypi,4-compute-module-ha-amber"],
    },
    Board {
        id: "generic-aarch64",
        machine: Some("qemuarm-64"),
        arch: "aarch64",
        retired: false,
        // QEMU's. On other hardware this image is told by os-release only.
        compatible: &["linux,dummy-virt"],
    },
    Board { id: "generic-x86-64", machine: Some("generic-x86-64"), arch: "amd64", retired: false, compatible: &[] },
    Board {
        id: "green",
        machine: Some("green"),
        arch: "aarch64",
        retired: false,
        compatible: &["rockchip,rk3566-ha-green"],
    },
    Board {
        id: "intel-nuc",
        machine: Some("intel-nuc"),
        arch: "amd64",
        retired: true,
        // Renamed generic-x86-64 in 6.0.
        compatible: &[],
    },
    Board {
        id: "khadas-vim3",
        machine: Some("khadas-vim3"),
        arch: "aarch64",
        retired: false,
        compatible: &["khadas,vim3"],
    },
    Board {
        id: "odroid-c2",
        machine: Some("odroid-c2"),
        arch: "aarch64",
        retired: false,
        compatible: &["hardkernel,odroid-c2"],
    },
    Board {
        id: "odroid-c4",
        machine: Some("odroid-c4"),
        arch: "aarch64",
        retired: false,
        compatible: &["hardkernel,odroid-c4", "hardkernel,odroid-hc4"],
    },
    Board {
        id: "odroid-m1",
        machine: Some("odroid-m1"),
        arch: "aarch64",
        retired: false,
        // The second is what kernel 6.1 called it.
        compatible: &["hardkernel,odroid-m1", "rockchip,rk3568-odroid-m1"],
    },
    Board {
        id: "odroid-m1s",
        machine: Some("odroid-m1"),
        arch: "aarch64",
        retired: false,
        // The second, without the s, is what 12.0 to 14.2 called it.
        compatible: &["hardkernel,odroid-m1s", "rockchip,rk3566-odroid-m1"],
    },
    Board {
        id: "odroid-n2",
        machine: Some("odroid-n2"),
        arch: "aarch64",
        retired: false,
        compatible: &["hardkernel,odroid-n2", "hardkernel,odroid-n2-plus", "hardkernel,odroid-n2l"],
    },
    Board {
        id: "odroid-xu4",
        machine: Some("odroid-xu"),
        arch: "armv7",
        retired: true,
        compatible: &["hardkernel,odroid-xu4"],
    },
    Board { id: "opi-prime", machine: None, arch: "aarch64", retired: true, compatible: &["xunlong,orangepi-prime"] },
    Board { id: "ova", machine: Some("qemux86-64"), arch: "amd64", retired: false, compatible: &[] },
    Board {
        id: "rpi",
        machine: Some("raspberrypi"),
        arch: "armhf",
        retired: true,
        compatible: &[
            "raspberrypi,compute-module",
            "raspberrypi,model-a",
            "raspberrypi,model-a-plus",
            "raspberrypi,model-b",
            "raspberrypi,model-b-plus",
            "raspberrypi,model-b-rev2",
            "raspberrypi,model-zero",
        ],
    },
    Board {
        id: "rpi0-w",
        machine: Some("raspberrypi"),
        arch: "armhf",
        retired: true,
        compatible: &["raspberrypi,model-zero-w"],
    },
    Board {
        id: "rpi2",
        machine: Some("raspberrypi2"),
        arch: "armv7",
        retired: true,
        // armhf up to 11.2.
        compatible: &["raspberrypi,2-compute-module", "raspberrypi,2-model-b", "raspberrypi,2-model-b-rev2"],
    },
    Board { id: "rpi3", machine: Some("raspberrypi3"), arch: "armv7", retired: true, compatible: PI_3 },
    Board { id: "rpi3-64", machine: Some("raspberrypi3-64"), arch: "aarch64", retired: false, compatible: PI_3 },
    Board { id: "rpi4", machine: Some("raspberrypi4"), arch: "armv7", retired: true, compatible: PI_4 },
    Board { id: "rpi4-64", machine: Some("raspberrypi4-64"), arch: "aarch64", retired: false, compatible: PI_4 },
    Board {
        id: "rpi5-64",
        machine: Some("raspberrypi5-64"),
        arch: "aarch64",
        retired: false,
        // The first is how the trees of 2024 spell the second.
        compatible: &[
            "raspberrypi,5-compute-model",
            "raspberrypi,5-compute-module",
            "raspberrypi,5-model-b",
            "raspberrypi,500",
        ],
    },
    Board {
        id: "tinker",
        machine: Some("tinker"),
        arch: "armv7",
        retired: true,
        compatible: &["asus,rk3288-tinker", "asus,rk3288-tinker-s"],
    },
    Board {
        id: "yellow",
        machine: Some("yellow"),
        arch: "aarch64",
        retired: false,
        // Up to 8.2 its machine was raspberrypi4-64.
        compatible: &["raspberrypi,4-compute-module-ha-yellow", "raspberrypi,5-compute-module-ha-yellow"],
    },
];

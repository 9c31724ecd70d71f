//! No other board of the Linux kernel is taken for one of ours: every root of kernel_roots.txt is tried.

use haos_analytics_boards::find;

/// How many different roots there are at least.
const ENOUGH: usize = 2400;

/// Root, board of a 64-bit user space, board of a 32-bit one. Every root that is not here is nobody's.
const OURS: &[(&str, Option<&str>, Option<&str>)] = &[
    ("asus,rk3288-tinker rockchip,rk3288", None, Some("tinker")),
    ("asus,rk3288-tinker-s rockchip,rk3288", None, Some("tinker")),
    ("hardkernel,odroid-c2 amlogic,meson-gxbb", Some("odroid-c2"), None),
    ("hardkernel,odroid-c4 amlogic,sm1", Some("odroid-c4"), None),
    ("hardkernel,odroid-hc4 amlogic,sm1", Some("odroid-c4"), None),
    ("hardkernel,odroid-m1 rockchip,rk3568", Some("odroid-m1"), None),
    ("hardkernel,odroid-m1s rockchip,rk3566", Some("odroid-m1s"), None),
    ("hardkernel,odroid-n2 amlogic,s922x amlogic,g12b", Some("odroid-n2"), None),
    ("hardkernel,odroid-n2-plus amlogic,s922x amlogic,g12b", Some("odroid-n2"), None),
    ("hardkernel,odroid-n2l amlogic,s922x amlogic,g12b", Some("odroid-n2"), None),
    ("hardkernel,odroid-xu4 samsung,exynos5800 samsung,exynos5", None, Some("odroid-xu4")),
    ("khadas,vim3 amlogic,a311d amlogic,g12b", Some("khadas-vim3"), None),
    ("khadas,vim3 amlogic,s922x amlogic,g12b", Some("khadas-vim3"), None),
    ("raspberrypi,2-model-b brcm,bcm2836", None, Some("rpi2")),
    ("raspberrypi,2-model-b-rev2 brcm,bcm2837", None, Some("rpi2")),
    ("raspberrypi,3-compute-module brcm,bcm2837", Some("rpi3-64"), Some("rpi3")),
    ("raspberrypi,3-model-a-plus brcm,bcm2837", Some("rpi3-64"), Some("rpi3")),
    ("raspberrypi,3-model-b brcm,bcm2837", Some("rpi3-64"), Some("rpi3")),
    ("raspberrypi,3-model-b-plus brcm,bcm2837", Some("rpi3-64"), Some("rpi3")),
    ("raspberrypi,4-compute-module brcm,bcm2711", Some("rpi4-64"), Some("rpi4")),
    ("raspberrypi,4-model-b brcm,bcm2711", Some("rpi4-64"), Some("rpi4")),
    ("raspberrypi,400 brcm,bcm2711", Some("rpi4-64"), Some("rpi4")),
    ("raspberrypi,5-model-b brcm,bcm2712", Some("rpi5-64"), None),
    ("raspberrypi,compute-module brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-a brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-a-plus brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-b brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-b-plus brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-b-rev2 brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-zero brcm,bcm2835", None, Some("rpi")),
    ("raspberrypi,model-zero-2-w brcm,bcm2837", Some("rpi3-64"), Some("rpi3")),
    ("raspberrypi,model-zero-w brcm,bcm2835", None, Some("rpi0-w")),
    ("rockchip,rk3568-odroid-m1 rockchip,rk3568", Some("odroid-m1"), None),
    ("xunlong,orangepi-prime allwinner,sun50i-h5", Some("opi-prime"), None),
];

fn roots() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("kernel_roots.txt").lines();
    lines.filter(|line| !line.starts_with('#'))
}

#[test]
fn each_root_is_what_it_is() {
    for root in roots() {
        let (_, bits64, bits32) = OURS.iter().find(|ours| ours.0 == root).copied().unwrap_or_default();
        let property = root.replace(' ', "\0") + "\0";
        let said = |arch| find(property.as_bytes(), arch).map(|found| found.board.id);
        assert_eq!(said(Some("aarch64")), bits64, "{root}, aarch64");
        assert_eq!(said(Some("armv7")), bits32, "{root}, armv7");
        assert_eq!(said(Some("armhf")), bits32, "{root}, armhf");
        assert_eq!(said(Some("amd64")), None, "{root}, amd64");
        let only = bits64.xor(bits32);
        assert_eq!(said(None), only, "{root}, arch unknown");
    }
}

#[test]
fn the_list_is_whole() {
    let all: Vec<_> = roots().collect();
    assert!(all.len() >= ENOUGH, "{} roots", all.len());
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
    for (root, ..) in OURS {
        assert!(all.contains(root), "{root} is not in the list");
    }
}

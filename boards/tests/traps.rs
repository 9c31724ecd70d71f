//! The boards that look alike, one test for each trap.

use haos_analytics_boards::find;

/// The board of these strings, as the kernel would show them.
fn board(strings: &[&str], arch: &str) -> Option<&'static str> {
    let property: String = strings.iter().flat_map(|string| [*string, "\0"]).collect();
    find(property.as_bytes(), Some(arch)).map(|found| found.board.id)
}

#[track_caller]
fn check(cases: &[(&[&str], Option<&str>)], arch: &str) {
    for (strings, expected) in cases {
        assert_eq!(board(strings, arch), *expected, "{strings:?} {arch}");
    }
}

#[test]
fn one_soc_many_boards() {
    let g12b = ["amlogic,s922x", "amlogic,g12b"];
    let cases = [
        ("hardkernel,odroid-n2", Some("odroid-n2")),
        ("hardkernel,odroid-n2-plus", Some("odroid-n2")),
        ("hardkernel,odroid-n2l", Some("odroid-n2")),
        ("khadas,vim3", Some("khadas-vim3")),
        ("hardkernel,odroid-go-ultra", None),
        ("beelink,gtking", None),
    ];
    for (first, expected) in cases {
        assert_eq!(board(&[first, g12b[0], g12b[1]], "aarch64"), expected, "{first}");
    }
    check(
        &[(&g12b, None), (&["amlogic,sm1"], None), (&["rockchip,rk3566"], None), (&["brcm,bcm2711"], None)],
        "aarch64",
    );
    check(
        &[(&["khadas,vim3l", "amlogic,sm1"], None), (&["hardkernel,odroid-hc4", "amlogic,sm1"], Some("odroid-c4"))],
        "aarch64",
    );
}

#[test]
fn a_yellow_is_not_the_module_that_it_carries() {
    check(
        &[
            (
                &["raspberrypi,4-compute-module-ha-yellow", "raspberrypi,4-compute-module", "brcm,bcm2711"],
                Some("yellow"),
            ),
            (&["raspberrypi,4-compute-module-ha-yellow", "brcm,bcm2711"], Some("yellow")),
            (
                &["raspberrypi,5-compute-module-ha-yellow", "raspberrypi,5-compute-module", "brcm,bcm2712"],
                Some("yellow"),
            ),
            (&["raspberrypi,4-compute-module-ha-amber", "brcm,bcm2711"], Some("amber")),
            (&["raspberrypi,4-compute-module", "brcm,bcm2711"], Some("rpi4-64")),
            (&["raspberrypi,5-compute-module", "brcm,bcm2712"], Some("rpi5-64")),
        ],
        "aarch64",
    );
    // The first string that is known decides, also when it leads nowhere: this is no rpi4.
    let yellow = ["raspberrypi,4-compute-module-ha-yellow", "raspberrypi,4-compute-module", "brcm,bcm2711"];
    check(&[(&yellow, None)], "armv7");
}

#[test]
fn a_carrier_that_nobody_knows_is_the_module() {
    check(&[(&["vendor,carrier", "raspberrypi,4-compute-module", "brcm,bcm2711"], Some("rpi4-64"))], "aarch64");
}

#[test]
fn the_four_spellings_of_odroid_m1() {
    check(
        &[
            (&["rockchip,rk3568-odroid-m1", "rockchip,rk3568"], Some("odroid-m1")),
            (&["hardkernel,odroid-m1", "rockchip,rk3568"], Some("odroid-m1")),
            (&["rockchip,rk3566-odroid-m1", "rockchip,rk3566"], Some("odroid-m1s")),
            (&["hardkernel,odroid-m1s", "rockchip,rk3566"], Some("odroid-m1s")),
            (&["hardkernel,odroid-m2", "rockchip,rk3588s"], None),
        ],
        "aarch64",
    );
}

#[test]
fn bcm2837_is_not_always_a_pi_3() {
    check(
        &[
            (&["raspberrypi,2-model-b-rev2", "brcm,bcm2837"], Some("rpi2")),
            (&["raspberrypi,3-model-b", "brcm,bcm2837"], Some("rpi3")),
            (&["raspberrypi,3-compute-module", "brcm,bcm2837"], Some("rpi3")),
            (&["raspberrypi,0-compute-module", "brcm,bcm2837"], None),
            (&["brcm,bcm2837"], None),
        ],
        "armv7",
    );
}

#[test]
fn the_zeros() {
    check(
        &[
            (&["raspberrypi,model-zero", "brcm,bcm2835"], Some("rpi")),
            (&["raspberrypi,model-zero-w", "brcm,bcm2835"], Some("rpi0-w")),
            (&["raspberrypi,model-zero-2-w", "brcm,bcm2837"], Some("rpi3")),
        ],
        "armhf",
    );
    check(&[(&["raspberrypi,model-zero-2-w", "brcm,bcm2837"], Some("rpi3-64"))], "aarch64");
}

#[test]
fn user_space_tells_32_from_64_bit() {
    let (three, four): (&[&str], &[&str]) = (&["raspberrypi,3-model-b"], &["raspberrypi,4-model-b"]);
    check(&[(three, Some("rpi3-64")), (four, Some("rpi4-64"))], "aarch64");
    check(&[(three, Some("rpi3")), (four, Some("rpi4"))], "armv7");
    for arch in ["", "amd64", "i386", "x86_64", "armv7l", "riscv64", "AARCH64"] {
        check(&[(three, None), (four, None)], arch);
    }
    assert_eq!(find(b"raspberrypi,4-model-b\0", None), None, "two images, no arch");
}

#[test]
fn a_board_without_an_image_for_this_arch_is_unknown() {
    check(&[(&["raspberrypi,5-model-b", "brcm,bcm2712"], None), (&["linux,dummy-virt"], None)], "armv7");
    check(&[(&["raspberrypi,2-model-b-rev2"], None), (&["raspberrypi,model-b"], None)], "aarch64");
    check(
        &[(&["raspberrypi,5-model-b"], Some("rpi5-64")), (&["linux,dummy-virt"], Some("generic-aarch64"))],
        "aarch64",
    );
    assert_eq!(find(b"raspberrypi,5-model-b\0", None).map(|found| found.board.id), Some("rpi5-64"), "one image");
}

#[test]
fn rpi2_has_been_armhf_and_armv7() {
    for arch in ["armhf", "armv7"] {
        check(&[(&["raspberrypi,2-model-b", "brcm,bcm2836"], Some("rpi2"))], arch);
    }
}

#[test]
fn the_misspelt_module_of_2024() {
    check(&[(&["raspberrypi,5-compute-model", "brcm,bcm2712"], Some("rpi5-64"))], "aarch64");
}

#[test]
fn exynos_5800_is_not_always_an_xu4() {
    let soc = ["samsung,exynos5800", "samsung,exynos5"];
    let cases = [("xu4", Some("odroid-xu4")), ("xu3", None), ("xu3-lite", None), ("hc1", None), ("xu", None)];
    for (name, expected) in cases {
        let first = format!("hardkernel,odroid-{name}");
        assert_eq!(board(&[&first, soc[0], soc[1]], "armv7"), expected, "{first}");
    }
}

//! A PC whose os-release does not name the board: a virtual machine, metal, or unknown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::Fixture;
use serde_json::json;
use world::{detect, empty_root};

/// What `/proc/cpuinfo` has of the first processor, and of a second that says otherwise.
fn cpuinfo(flags: &str, of_the_second: &str) -> String {
    let one = |number, flags: &str| {
        format!(
            "processor\t: {number}\nmodel name\t: CANARY\nfpu\t\t: yes\nflags\t\t: fpu vme {flags}\n\
             vmx flags\t: vnmi hypervisor\nbugs\t\t: spectre_v1\nbogomips\t: 5999.99\npower management:\n\n"
        )
    };
    one(0, flags) + &one(1, of_the_second)
}

/// A PC whose os-release does not name the board.
fn pc(cpuinfo: Option<&str>, vendor: Option<&str>, product: Option<&str>) -> Fixture {
    let root = empty_root();
    root.write("etc/os-release", "ID=haos\nVERSION_ID=17.1\n").write("proc/sys/kernel/arch", "x86_64\n");
    let dmi = |name: &str, text: Option<&str>| {
        Some((format!("sys/class/dmi/id/{name}"), text?.to_owned() + "\n")) // as the kernel ends it
    };
    let cpuinfo = cpuinfo.map(|text| ("proc/cpuinfo".to_owned(), text.to_owned()));
    for (file, text) in [cpuinfo, dmi("sys_vendor", vendor), dmi("product_name", product)].into_iter().flatten() {
        root.write(file, text);
    }
    root
}

#[test]
fn on_a_pc_the_processor_tells_a_guest_whoever_made_it() {
    let guest = cpuinfo("hypervisor lahf_lm", "lahf_lm");
    for (vendor, product) in [
        ("Amazon EC2", "t3.small"),
        ("Google", "Google Compute Engine"),
        ("Apple Inc.", "Apple Virtualization Generic Platform"),
        ("BHYVE", "BHYVE"),
        ("OpenStack Foundation", "OpenStack Nova"),
        ("DigitalOcean", "Droplet"),
        ("Nutanix", "AHV"),
        ("Bochs", "Bochs"),
        ("oVirt", "RHEL"),
        ("KubeVirt", "None"),
        ("Hetzner", "vServer"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("Default string", "Default string"),
        ("Microsoft Corporation", "Surface Pro 7"),
        ("", ""),
    ] {
        let root = pc(Some(&guest), Some(vendor), Some(product));
        let (found, log) = detect(root.root());
        assert_eq!((&found["board"], log.as_str()), (&json!("ova"), ""), "{vendor}");
        assert_eq!(found["machine"], json!("qemux86-64"), "{vendor}");
        let evidence = found["evidence"]["board"].as_str().unwrap();
        assert!(evidence.ends_with("proc/cpuinfo has the flag hypervisor, a virtual machine"), "{evidence}");
        assert!(!found.to_string().contains("CANARY"), "{found}");

        // Without the file nobody but the known makers is known, and metal least of all.
        let (found, log) = detect(root.remove("proc/cpuinfo").root());
        let expected = (vendor == "QEMU").then_some("ova");
        assert_eq!((&found["board"], log.as_str()), (&json!(expected), ""), "{vendor}");
    }
    let (found, _) = detect(pc(Some(&guest), None, None).root());
    assert_eq!(found["board"], json!("ova"), "without firmware that says a word");
}

#[test]
fn on_a_pc_a_known_maker_tells_a_guest_and_metal_needs_both() {
    let metal = cpuinfo("lahf_lm", "hypervisor");
    // vendor, product, board by the processor's flags too, and without them
    let cases = [
        (Some("QEMU"), Some("Standard PC (Q35 + ICH9, 2009)"), Some("ova"), Some("ova")),
        (Some("QEMU"), None, Some("ova"), Some("ova")),
        (Some("VMware, Inc."), Some("VMware20,1"), Some("ova"), Some("ova")),
        (Some("innotek GmbH"), Some("VirtualBox"), Some("ova"), Some("ova")),
        (Some("Oracle Corporation"), Some("VirtualBox"), Some("ova"), Some("ova")),
        (Some("Microsoft Corporation"), Some("Virtual Machine"), Some("ova"), Some("ova")),
        (Some("Xen"), Some("HVM domU"), Some("ova"), Some("ova")),
        (Some("Parallels Software International Inc."), Some("Parallels Virtual Platform"), Some("ova"), Some("ova")),
        (Some("Parallels International GmbH."), Some("Parallels ARM Virtual Machine"), Some("ova"), Some("ova")),
        (Some("Red Hat"), Some("KVM"), Some("ova"), Some("ova")),
        (Some("Microsoft Corporation"), Some("Surface Laptop"), Some("generic-x86-64"), None),
        (Some("Oracle Corporation"), Some("SUN FIRE X4170 M3"), Some("generic-x86-64"), None),
        (Some("Intel(R) Client Systems"), Some("NUC8i3BEH"), Some("generic-x86-64"), None),
        (Some("Amazon EC2"), Some("m5.metal"), Some("generic-x86-64"), None),
        (Some("QEMU, not"), None, Some("generic-x86-64"), None),
        (Some("To Be Filled By O.E.M."), Some("NUC8i3BEH"), None, None),
        (Some("System manufacturer"), Some("System Product Name"), None, None),
        (Some("Default string"), Some("Default string"), None, None),
        (Some(""), Some("NUC8i3BEH"), None, None),
        (None, Some("NUC8i3BEH"), None, None),
        (None, None, None, None),
    ];
    for (vendor, product, with_flags, without) in cases {
        for (cpuinfo, board) in [(Some(metal.as_str()), with_flags), (None, without)] {
            let (found, log) = detect(pc(cpuinfo, vendor, product).root());
            let case = format!("{vendor:?} {product:?} {}", cpuinfo.is_some());
            assert_eq!((&found["board"], log.as_str()), (&json!(board), ""), "{case}");
            let evidence = found["evidence"]["board"].as_str().unwrap_or_default();
            assert_eq!(evidence.contains("sys/class/dmi/id"), board.is_some(), "{case}: {evidence}");
            let both = board == Some("generic-x86-64");
            assert_eq!(evidence.ends_with("proc/cpuinfo has no flag hypervisor"), both, "{case}: {evidence}");
        }
    }
}

#[test]
fn a_processor_that_does_not_tell_makes_no_pc_metal() {
    let late = format!("{}{}", "x\t: y\n".repeat(4096), cpuinfo("lahf_lm", "lahf_lm"));
    for (text, word) in [
        ("", "no flags"),
        ("processor\t: 0\nFeatures\t: fp hypervisor\nSerial\t\t: CANARY\n", "no flags"),
        ("flags\t\t: fpu vme", "no flags"),
        (&late, "no flags"),
    ] {
        for (vendor, board) in [("Intel(R) Client Systems", None), ("QEMU", Some("ova"))] {
            let (found, log) = detect(pc(Some(text), Some(vendor), Some("x")).root());
            assert_eq!(found["board"], json!(board), "{text:.60}");
            assert!(log.contains("proc/cpuinfo: ") && log.contains(word) && log.lines().count() == 1, "{log}");
            assert!(!log.contains("CANARY") && !found.to_string().contains("CANARY"), "{log}");
        }
    }
    // However many processors follow.
    let many = cpuinfo("lahf_lm", "lahf_lm").repeat(1000);
    let (found, log) = detect(pc(Some(&many), Some("Intel(R) Client Systems"), None).root());
    assert_eq!((&found["board"], log.as_str()), (&json!("generic-x86-64"), ""));
}

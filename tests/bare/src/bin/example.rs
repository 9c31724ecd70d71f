//! Writes the documentation's example on a bare processor, for the board that its device tree names, and prints it.
#![no_std]
#![no_main]

use core::hint::black_box;

use haos_analytics_bare::home::{Board, Home};
use haos_analytics_bare::machine;
use haos_analytics_core::form::OwnedLabel;
use haos_analytics_core::{payload, Base, Label};

/// `/sys/firmware/devicetree/base/compatible` of an ODROID-N2.
const COMPATIBLE: &[u8] = b"hardkernel,odroid-n2\0amlogic,s922x\0amlogic,g12b\0";

const EXPECTED: &str = concat!(
    r#"{"uuid":"12a3456bc78d90123ef4567g789012h3","version":"2021.6.0","installation_type":"Home Assistant OS","#,
    r#""supervisor":{"healthy":true,"supported":true,"arch":"amd64"},"#,
    r#""operating_system":{"board":"odroid-n2","version":"6.0"},"#,
    r#""integrations":["awesome_integration"],"#,
    r#""addons":[{"slug":"awesome_addon","protected":true,"version":"1.0.0","auto_update":false}],"#,
    r#""energy":{"configured":true},"#,
    r#""state_count":1,"automation_count":2,"integration_count":3,"addon_count":4,"user_count":5}"#,
);

#[no_mangle]
extern "C" fn reset() -> ! {
    machine::run(main)
}

fn main() -> bool {
    let Some(found) = haos_analytics_boards::find(black_box(COMPATIBLE), Some("aarch64")) else { return false };
    let (Ok(home), Ok(os_version)) = (Home::example(), OwnedLabel::parse_bytes(black_box(b"6.0"))) else {
        return false;
    };
    let Ok(id) = Label::parse(found.board.id) else { return false };
    let board = Board { id, os_version: Some(os_version.lend()) };
    let mut buffer = [0; 1024];
    let Ok(payload) = payload::write(Base { usage: true, statistics: true }, &board, &home, &mut buffer) else {
        return false;
    };
    machine::print(payload);
    machine::print(b"\n");
    payload == EXPECTED.as_bytes()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    machine::exit(false)
}

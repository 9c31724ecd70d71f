//! What the two programs share: the machine under them, and a home that says everything.
#![no_std]
#![deny(missing_docs)]

pub mod home;
pub mod machine;

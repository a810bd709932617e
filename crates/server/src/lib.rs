//! The server of pgRecall.
//!
//! This crate owns the configuration file (`config`). It must not know how anything is shown on a
//! terminal.
//!
//! To add a setting: a field in `config/written.rs`, what it means in `config/settle.rs`.

pub mod config;

//! Who is told what happens.
//!
//! What happened lies in the outbox of the home database (`recall_control.notice`): deeds put it there
//! by themselves, and what journals tell is put there by `lookout`. The `worker` makes deliveries of it
//! and hands them to the `courier`, which knows the channels: `mail`, `webhook`, `slack`. What a notice
//! says in words is in `wording`, and where messages must not go in `guard`.
//!
//! To add a topic: a variant of `Topic` and a row of the table `topic` in the crate `access`, its words
//! in `wording`. To add a kind of channel: a variant of `Receiver` in `config/notices.rs`, and a file
//! here.

mod courier;
mod guard;
mod http;
pub(crate) mod lookout;
mod mail;
mod slack;
mod webhook;
mod wording;
pub(crate) mod worker;

pub(crate) use courier::Courier;
pub use courier::CourierError;
pub(crate) use guard::Guard;

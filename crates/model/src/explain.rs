/// The stable name of a kind of failure, such as `undo/conflict`, for scripts and for searching.
pub type Code = &'static str;

/// What an error offers to the person who meets it, beside its message.
///
/// Every library error of this project implements it, so that the edge (command line, HTTP) can
/// print the cause chain, the hint and the code without knowing any crate's errors.
pub trait Explain: std::error::Error {
    /// The stable code of this kind of failure.
    fn code(&self) -> Code;

    /// What to do about it, as a sentence, where something can be done.
    fn hint(&self) -> Option<String> {
        None
    }
}

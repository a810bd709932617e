//! How far something is that takes long, on a terminal only.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::Duration;

use pgrecall_undo::Progress;

/// How often it is drawn; what is done before is not spoken of.
const EVERY: Duration = Duration::from_millis(300);
/// How wide a bar is, in characters.
const WIDTH: u64 = 30;

/// A line on the terminal that goes again when the work is done.
pub(crate) struct Line {
    stage: &'static str,
    /// How much there is to do; 0 where nobody knows.
    total: u64,
    progress: Progress,
}

impl Line {
    pub(crate) fn new(stage: &'static str, total: u64, progress: &Progress) -> Self {
        Self { stage, total, progress: progress.clone() }
    }

    /// Shows how far the work is until it is done.
    pub(crate) async fn during<T>(self, work: impl Future<Output = T>) -> T {
        if !io::stderr().is_terminal() {
            return work.await;
        }
        let mut work = pin!(work);
        let mut is_drawn = false;
        loop {
            tokio::select! {
                done = &mut work => {
                    if is_drawn {
                        draw("");
                    }
                    return done;
                }
                () = tokio::time::sleep(EVERY) => {
                    draw(&text(self.stage, self.progress.rows(), self.total));
                    is_drawn = true;
                }
            }
        }
    }
}

fn text(stage: &str, done: u64, total: u64) -> String {
    if total == 0 {
        return format!("{stage} …");
    }
    let done = done.min(total);
    let full = usize::try_from(done * WIDTH / total).unwrap_or(0);
    let empty = usize::try_from(WIDTH).unwrap_or(0) - full;
    format!("{stage} [{}{}] {done} of {total} rows", "#".repeat(full), "-".repeat(empty))
}

/// Puts a text in the place of the last one. A terminal that is gone is no reason to stop the work.
fn draw(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\x1b[K{text}").and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_bar_fills_from_nothing_to_all() {
        assert_eq!(text("planning", 0, 0), "planning …");
        assert_eq!(text("undo", 0, 4), "undo [------------------------------] 0 of 4 rows");
        assert_eq!(text("undo", 2, 4), "undo [###############---------------] 2 of 4 rows");
        assert_eq!(text("undo", 9, 4), "undo [##############################] 4 of 4 rows");
    }
}

//! A fault on the line, a test each: all operations, each at every command that it sends. What is expected stands in
//! `docs/faults.md`.

use super::super::helpers::Fault;
use super::matrix::{Row, run};

/// A row that happens once, at each command in turn.
const ONCE: Row = Row { name: "", fault: Fault::CutBefore, lasts: false, tls: false, brief: false, patience: 20 };
/// One that happens again and again until it is healed.
const LASTS: Row = Row { lasts: true, ..ONCE };
/// One that only patience ends.
const WAITS: Row = Row { brief: true, patience: 2, ..ONCE };

macro_rules! rows {
    ($($name:ident: $kind:ident $fault:expr;)*) => {
        /// The rows of the table.
        pub(super) const ROWS: &[Row] = &[$(Row { name: stringify!($name), fault: $fault, ..$kind },)*];

        $(
            #[tokio::test]
            async fn $name() {
                run(Row { name: stringify!($name), fault: $fault, ..$kind }).await;
            }
        )*
    };
}

const TLS: Row = Row { tls: true, ..ONCE };
const TLS_LASTS: Row = Row { tls: true, brief: true, ..LASTS };
const BRIEF: Row = Row { brief: true, ..LASTS };

rows! {
    cut_before_a_command: ONCE Fault::CutBefore;
    cut_inside_an_answer: ONCE Fault::CutInside;
    cut_before_an_answer: ONCE Fault::CutAfter;
    cut_each_time: LASTS Fault::CutInside;
    gone_before_a_command: ONCE Fault::GoneBefore;
    gone_before_an_answer: ONCE Fault::GoneAfter;
    lost_command: WAITS Fault::Swallow;
    frozen_server: WAITS Fault::Freeze;
    one_byte_a_second: WAITS Fault::Slow;
    good_bye: ONCE Fault::Say("* BYE shutting down\r\n");
    good_bye_each_time: BRIEF Fault::Say("* BYE [UNAVAILABLE] later\r\n");
    unavailable: LASTS Fault::Say("TAG NO [UNAVAILABLE] later\r\n");
    in_use: BRIEF Fault::Say("TAG NO [INUSE] somebody else has it\r\n");
    limit: BRIEF Fault::Say("TAG NO [LIMIT] too many\r\n");
    tls_broken: TLS Fault::BreakTls;
    tls_broken_each_time: TLS_LASTS Fault::BreakTls;
}

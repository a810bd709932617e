//! Partitions that come and go.

use crate::scenario::Scenario;

const ROOT: &str = "
    CREATE TABLE public.p (id int, part int, v text) PARTITION BY RANGE (part);
    CREATE TABLE public.p_0 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
    INSERT INTO public.p VALUES (1, 1, 'a'), (2, 2, 'b');";

#[test]
fn rows_of_a_new_partition_are_recorded_at_once() {
    Scenario::new(ROOT)
        .step("CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20)")
        .step("INSERT INTO public.p VALUES (3, 11, 'c'); INSERT INTO public.p_1 VALUES (4, 12, 'd')")
        .step("UPDATE public.p SET part = part + 10 WHERE part < 10; UPDATE public.p_1 SET v = v || '!'")
        .step("DELETE FROM public.p_1 WHERE id = 3")
        .check();
}

#[test]
fn an_empty_partition_is_attached() {
    Scenario::new(ROOT)
        .step(
            "CREATE TABLE public.p_1 (v text, part int, id int);
             ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES FROM (10) TO (20)",
        )
        .step("INSERT INTO public.p VALUES (3, 11, 'c'); UPDATE public.p SET part = 19 - part")
        .check();
}

#[test]
fn an_empty_partition_is_detached() {
    Scenario::new(format!(
        "{ROOT} CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20)"
    ))
    .step("INSERT INTO public.p VALUES (3, 11, 'c'); DELETE FROM public.p WHERE part > 9")
    .step("ALTER TABLE public.p DETACH PARTITION public.p_1; DROP TABLE public.p_1")
    .step("UPDATE public.p SET v = v || 'x'")
    // Nobody can know that it was empty.
    .or_says_so()
    .check();
}

#[test]
fn a_new_partition_that_was_tracked_is_truncated() {
    Scenario::new(ROOT)
        .step("CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20)")
        .track()
        .or_says_so()
        .step("INSERT INTO public.p VALUES (3, 11, 'c')")
        .step("TRUNCATE public.p_1")
        .step("INSERT INTO public.p VALUES (3, 11, 'c'); TRUNCATE public.p")
        .check();
}

#[test]
fn a_new_partition_that_nobody_told_of_is_truncated() {
    Scenario::new(ROOT)
        .step("CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20)")
        .step("INSERT INTO public.p VALUES (3, 11, 'c')")
        .step("TRUNCATE public.p_1")
        .track()
        .or_says_so()
        .check();
}

#[test]
fn a_table_that_is_tracked_by_itself_is_attached() {
    Scenario::new(format!("{ROOT} CREATE TABLE public.p_1 (id int, part int, v text);"))
        .step("INSERT INTO public.p_1 VALUES (3, 11, 'c'); DELETE FROM public.p_1")
        .step("ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES FROM (10) TO (20)")
        .step("INSERT INTO public.p VALUES (3, 11, 'c'); UPDATE public.p SET v = v || 'x'")
        .or_says_so()
        .check();
}

#[test]
fn rows_come_with_a_partition_that_is_attached() {
    Scenario::new(ROOT)
        .step("INSERT INTO public.p VALUES (5, 5, 'e')")
        .step(
            "CREATE TABLE public.p_1 (id int, part int, v text); INSERT INTO public.p_1 VALUES (3, 11, 'c');
             ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES FROM (10) TO (20)",
        )
        .step("UPDATE public.p SET v = v || 'x'")
        .track()
        .or_says_so()
    .check();
}

#[test]
fn rows_go_with_a_partition_that_is_detached() {
    Scenario::new(format!(
        "{ROOT} CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20);
         INSERT INTO public.p VALUES (3, 11, 'c')"
    ))
    .step("UPDATE public.p SET v = v || 'x'")
    .step("ALTER TABLE public.p DETACH PARTITION public.p_1")
    .step("UPDATE public.p SET v = v || 'y'")
    .track()
    .or_says_so()
    .check();
}

#[test]
fn rows_go_with_a_partition_that_is_dropped() {
    Scenario::new(format!(
        "{ROOT} CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20);
         INSERT INTO public.p VALUES (3, 11, 'c')"
    ))
    .step("UPDATE public.p SET v = v || 'x'")
    .step("DROP TABLE public.p_1")
    .step("UPDATE public.p SET v = v || 'y'")
    .track()
    .or_says_so()
    .check();
}

#[test]
fn a_partition_is_detached_emptied_and_attached_again() {
    Scenario::new(format!(
        "{ROOT} CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (10) TO (20);
         INSERT INTO public.p VALUES (3, 11, 'c')"
    ))
    .step("UPDATE public.p SET v = v || 'x'")
    .step("ALTER TABLE public.p DETACH PARTITION public.p_1")
    .step("TRUNCATE public.p_1")
    .step("ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES FROM (10) TO (20)")
    .step("INSERT INTO public.p VALUES (4, 12, 'd'); UPDATE public.p SET v = v || 'y'")
    .step("TRUNCATE public.p_1")
    .step("INSERT INTO public.p VALUES (5, 13, 'e')")
    .track()
    .or_says_so()
    .check();
}

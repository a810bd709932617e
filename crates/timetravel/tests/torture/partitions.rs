//! Partitioned tables: rows are recorded under the root, wherever they lie.

use crate::scenario::Scenario;

/// Partitions by range, list and hash, on two levels, with the columns in different orders.
const TREE: &str = "
    CREATE TABLE public.p (id int, part int, v text DEFAULT 'dflt', gone int, PRIMARY KEY (id, part)) PARTITION BY RANGE (part);
    ALTER TABLE public.p DROP COLUMN gone;
    CREATE TABLE public.p_low PARTITION OF public.p FOR VALUES FROM (MINVALUE) TO (10);
    CREATE TABLE public.p_mid (x int, v text, part int NOT NULL, id int NOT NULL) PARTITION BY LIST (id);
    ALTER TABLE public.p_mid DROP COLUMN x;
    CREATE TABLE public.p_mid_1 (id int NOT NULL, v text, part int NOT NULL);
    ALTER TABLE public.p_mid ATTACH PARTITION public.p_mid_1 FOR VALUES IN (1, 3, 5, 7, 9);
    CREATE TABLE public.p_mid_rest PARTITION OF public.p_mid DEFAULT;
    ALTER TABLE public.p ATTACH PARTITION public.p_mid FOR VALUES FROM (10) TO (20);
    CREATE TABLE public.p_high PARTITION OF public.p FOR VALUES FROM (20) TO (MAXVALUE) PARTITION BY HASH (id);
    CREATE TABLE public.p_high_0 PARTITION OF public.p_high FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE public.p_high_1 PARTITION OF public.p_high FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO public.p SELECT g, g * 3, 'v' || g FROM generate_series(1, 9) AS g;";

#[test]
fn changes_through_the_root() {
    Scenario::new(TREE)
        .step("INSERT INTO public.p (id, part) SELECT g, g FROM generate_series(20, 30) AS g")
        .step("UPDATE public.p SET v = v || '!' WHERE id % 2 = 0")
        .step("INSERT INTO public.p VALUES (1, 3, 'c') ON CONFLICT (id, part) DO UPDATE SET v = excluded.v")
        .step("DELETE FROM public.p WHERE id BETWEEN 3 AND 6")
        .step(r"COPY public.p FROM PROGRAM $$printf '50\t1\tx\n50\t11\ty\n50\t22\tz\n'$$")
        .asking("SELECT id || v FROM public.p WHERE part > 10")
        .check();
}

#[test]
fn changes_of_partitions_directly() {
    Scenario::new(TREE)
        .step("INSERT INTO public.p_low (id, part) VALUES (30, 1); INSERT INTO public.p_mid_1 (part, id) VALUES (15, 9)")
        .step("INSERT INTO public.p_mid (part, id, v) VALUES (11, 4, 'inner'), (11, 3, 'inner')")
        .step("UPDATE public.p_mid_1 SET v = upper(v); UPDATE public.p_mid SET part = part + 1 WHERE part < 19")
        .step("UPDATE public.p_high SET id = id + 1, v = 'h'")
        .step("DELETE FROM public.p_low; DELETE FROM ONLY public.p_mid_rest; DELETE FROM public.p_high_0")
        .check();
}

#[test]
fn rows_move_between_partitions() {
    Scenario::new(TREE)
        .step("UPDATE public.p SET part = 25 WHERE id = 1")
        .step("UPDATE public.p SET part = part + 10")
        .step("UPDATE public.p SET part = part - 20, v = v || '-'")
        .step("UPDATE public.p SET id = id + 1 WHERE part BETWEEN 10 AND 19")
        .step("UPDATE public.p SET id = part, part = 30; UPDATE public.p SET part = id; UPDATE public.p SET part = 30")
        .step("DELETE FROM public.p")
        .check();
}

#[test]
fn rows_move_by_merge() {
    Scenario::new(TREE)
        .since(15)
        .step(
            "MERGE INTO public.p USING (SELECT id, part, 32 - part AS wanted FROM public.p UNION ALL SELECT 40, 40, 40) AS s
             ON p.id = s.id AND p.part = s.part
             WHEN MATCHED AND s.id = 5 THEN DELETE
             WHEN MATCHED THEN UPDATE SET part = s.wanted, v = 'merged'
             WHEN NOT MATCHED THEN INSERT (id, part) VALUES (s.id, s.part)",
        )
        .step("MERGE INTO public.p_mid USING (VALUES (1)) AS s (x) ON true WHEN MATCHED THEN UPDATE SET id = p_mid.id + 1")
        .check();
}

#[test]
fn rows_move_within_other_statements() {
    Scenario::new(TREE)
        .step(
            "WITH moved AS (UPDATE public.p SET part = 28 WHERE id < 3 RETURNING id)
             INSERT INTO public.p SELECT id + 100, 5, 'copied' FROM moved",
        )
        .step("UPDATE public.p SET part = o.part FROM (SELECT id, part FROM public.p WHERE id = 9) AS o WHERE p.id = 4")
        .step("BEGIN; UPDATE public.p SET part = 1; SAVEPOINT s; UPDATE public.p SET part = 21; ROLLBACK TO s; COMMIT")
        .check();
}

#[test]
fn triggers_of_the_user_send_rows_elsewhere() {
    Scenario::new(format!(
        "{TREE}
         CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN NEW.v := TG_OP || coalesce(NEW.v, ''); RETURN NEW; END $$;
         CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON public.p FOR EACH ROW EXECUTE FUNCTION public.touch();"
    ))
    .step("INSERT INTO public.p VALUES (60, 3, 'new'), (60, 13, 'new')")
    .step("UPDATE public.p SET part = part + 10 WHERE id < 5")
    .check();
}

#[test]
fn partitions_without_a_key() {
    Scenario::new(
        "CREATE TABLE public.p (d date, v int) PARTITION BY RANGE (d);
         CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
         CREATE TABLE public.p_2 PARTITION OF public.p FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
         CREATE TABLE public.p_rest PARTITION OF public.p DEFAULT;
         INSERT INTO public.p VALUES ('2024-01-01', 1), ('2024-01-01', 1), ('2024-08-01', 2), (NULL, 3);",
    )
    .step("UPDATE public.p SET d = d + 190 WHERE v = 1")
    .step("UPDATE public.p SET d = NULL WHERE v = 2; INSERT INTO public.p_rest VALUES (NULL, 3)")
    .step("UPDATE public.p SET d = '2024-02-02' WHERE d IS NULL")
    .step("TRUNCATE public.p_1")
    .check();
}

#[test]
fn references_to_and_from_partitions() {
    Scenario::new(
        "CREATE TABLE public.p (id int PRIMARY KEY, v int) PARTITION BY HASH (id);
         CREATE TABLE public.p_0 PARTITION OF public.p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
         CREATE TABLE public.c (id int, p int REFERENCES public.p ON DELETE CASCADE ON UPDATE CASCADE, PRIMARY KEY (id)) PARTITION BY RANGE (id);
         CREATE TABLE public.c_0 PARTITION OF public.c FOR VALUES FROM (0) TO (10);
         CREATE TABLE public.c_1 PARTITION OF public.c FOR VALUES FROM (10) TO (20);
         INSERT INTO public.p SELECT g, 0 FROM generate_series(1, 6) AS g;
         INSERT INTO public.c SELECT g, 1 + g % 6 FROM generate_series(1, 18) AS g;",
    )
    .step("DELETE FROM public.p WHERE id = 2")
    .step("UPDATE public.p SET id = id + 10 WHERE id IN (3, 4)")
    .step("DELETE FROM public.p_1")
    .check();
}

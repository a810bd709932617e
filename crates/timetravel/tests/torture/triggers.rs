//! The user's own triggers.

use crate::scenario::Scenario;

/// A table with triggers; `%` stands for what a trigger's function does.
fn with_trigger(when: &str, body: &str) -> Scenario {
    Scenario::new(format!(
        "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int DEFAULT 0);
         CREATE TABLE public.other (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t int, v text);
         INSERT INTO public.t SELECT g, 'v' || g, 0 FROM generate_series(1, 5) AS g;
         CREATE FUNCTION public.react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
         CREATE TRIGGER react {when} EXECUTE FUNCTION public.react();"
    ))
}

#[test]
fn before_triggers_change_the_row() {
    with_trigger(
        "BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW",
        "NEW.v := upper(NEW.v); NEW.n := NEW.n + 1; IF TG_OP = 'INSERT' THEN NEW.id := NEW.id + 100; END IF; RETURN NEW;",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f'), (7, 'g')")
    .step("UPDATE public.t SET v = v || 'x' WHERE id < 3")
    .step("UPDATE public.t SET n = n - 1 WHERE id > 3")
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f') ON CONFLICT (id) DO UPDATE SET v = 'again'")
    .check();
}

#[test]
fn before_triggers_suppress_the_change() {
    with_trigger(
        "BEFORE INSERT OR UPDATE OR DELETE ON public.t FOR EACH ROW",
        "IF TG_OP = 'DELETE' THEN IF OLD.id % 2 = 0 THEN RETURN NULL; END IF; RETURN OLD; END IF;
         IF NEW.id % 2 = 0 THEN RETURN NULL; END IF; IF TG_OP = 'UPDATE' AND OLD.id = 3 THEN RETURN OLD; END IF; RETURN NEW;",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f'), (7, 'g')")
    .step("UPDATE public.t SET v = v || 'x'")
    .step("DELETE FROM public.t")
    .check();
}

#[test]
fn before_triggers_change_other_tables() {
    with_trigger(
        "BEFORE INSERT OR UPDATE OR DELETE ON public.t FOR EACH ROW",
        "INSERT INTO public.other (t, v) VALUES (coalesce(NEW.id, OLD.id), TG_OP);
         UPDATE public.other SET v = v || '+' WHERE t = 2; RETURN coalesce(NEW, OLD);",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f')")
    .step("UPDATE public.t SET n = id; DELETE FROM public.t WHERE id < 4")
    .check();
}

#[test]
fn after_triggers_change_the_same_row() {
    with_trigger(
        "AFTER INSERT OR UPDATE OF v ON public.t FOR EACH ROW",
        "UPDATE public.t SET n = n + 1 WHERE id = NEW.id; RETURN NULL;",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f')")
    .step("UPDATE public.t SET v = v || '!' WHERE id = 1")
    .step("UPDATE public.t SET v = v || '?'")
    .step("INSERT INTO public.t (id, v) VALUES (7, 'g'), (8, 'h')")
    .check();
}

#[test]
fn after_triggers_take_the_row_away() {
    with_trigger(
        "AFTER INSERT OR UPDATE ON public.t FOR EACH ROW",
        "DELETE FROM public.t WHERE id = NEW.id AND NEW.v = 'doomed'; RETURN NULL;",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'doomed'), (7, 'g'), (8, 'doomed')")
    .step("UPDATE public.t SET v = 'doomed' WHERE id IN (1, 2)")
    .check();
}

#[test]
fn after_triggers_change_another_row_of_the_statement() {
    with_trigger(
        "AFTER UPDATE OF v ON public.t FOR EACH ROW",
        "UPDATE public.t SET n = n + 1 WHERE id = NEW.id + 1; RETURN NULL;",
    )
    .step("UPDATE public.t SET v = v || '!'")
    .step("UPDATE public.t SET v = v || '?', id = id + 10")
    .order_within_transactions_aside()
    .check();
}

#[test]
fn after_triggers_delete_another_row_of_the_statement() {
    with_trigger(
        "AFTER INSERT OR UPDATE OF v ON public.t FOR EACH ROW",
        "DELETE FROM public.t WHERE id = NEW.id + 1 AND NEW.id % 2 = 0; RETURN NULL;",
    )
    .step("UPDATE public.t SET v = v || '!'")
    .step("INSERT INTO public.t (id, v) VALUES (10, 'x'), (11, 'y'), (12, 'z')")
    .order_within_transactions_aside()
    .check();
}

#[test]
fn statement_triggers_change_what_the_statement_changed() {
    with_trigger(
        "AFTER UPDATE ON public.t FOR EACH STATEMENT WHEN (pg_trigger_depth() < 2)",
        "UPDATE public.t SET n = n + 1; INSERT INTO public.other (v) VALUES ('statement'); RETURN NULL;",
    )
    .step("UPDATE public.t SET v = v || '!' WHERE id = 1")
    .step("UPDATE public.t SET v = v || '?' WHERE false")
    .check();
}

#[test]
fn statement_triggers_come_before_it() {
    with_trigger(
        "BEFORE INSERT OR DELETE ON public.t FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1)",
        "UPDATE public.t SET n = n + 1; DELETE FROM public.t WHERE id = 5; RETURN NULL;",
    )
    .step("INSERT INTO public.t (id, v) VALUES (6, 'f')")
    .step("DELETE FROM public.t WHERE id = 5")
    .check();
}

#[test]
fn triggers_with_transition_tables() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, v int); CREATE TABLE public.total (v bigint); INSERT INTO public.total VALUES (0);
         CREATE FUNCTION public.sum() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN UPDATE public.total SET v = v + (SELECT sum(v) FROM new_rows); RETURN NULL; END $$;
         CREATE TRIGGER sum AFTER INSERT ON public.t REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.sum();
         CREATE TRIGGER sum_update AFTER UPDATE ON public.t REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
           FOR EACH ROW EXECUTE FUNCTION public.sum();",
    )
    .step("INSERT INTO public.t SELECT g, g FROM generate_series(1, 10) AS g")
    .step("UPDATE public.t SET v = v + 1 WHERE id < 4")
    .check();
}

#[test]
fn triggers_that_are_put_off_to_the_end() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, v int, late int DEFAULT 0); INSERT INTO public.t VALUES (1, 1), (2, 2);
         CREATE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN UPDATE public.t SET late = late + 1 WHERE id = NEW.id; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE OF v ON public.t DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION public.late();",
    )
    .step("BEGIN; UPDATE public.t SET v = v + 1; UPDATE public.t SET v = v + 1 WHERE id = 1; INSERT INTO public.t VALUES (3, 3); COMMIT")
    .step("BEGIN; UPDATE public.t SET v = v + 1; SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM public.t WHERE id = 2; COMMIT")
    .check();
}

#[test]
fn triggers_nest_to_three_levels() {
    Scenario::new(
        "CREATE TABLE public.a (id int PRIMARY KEY, n int DEFAULT 0); CREATE TABLE public.b (id int PRIMARY KEY, n int DEFAULT 0);
         CREATE TABLE public.c (id int PRIMARY KEY, n int DEFAULT 0);
         CREATE FUNCTION public.of_a() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           INSERT INTO public.b VALUES (NEW.id) ON CONFLICT (id) DO UPDATE SET n = b.n + 1; RETURN NULL; END $$;
         CREATE FUNCTION public.of_b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           INSERT INTO public.c VALUES (NEW.id % 2) ON CONFLICT (id) DO UPDATE SET n = c.n + 10; RETURN NULL; END $$;
         CREATE FUNCTION public.of_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           UPDATE public.a SET n = a.n + 100 WHERE id = NEW.id; DELETE FROM public.b WHERE n > 2; RETURN NULL; END $$;
         CREATE TRIGGER x AFTER INSERT OR UPDATE OF id ON public.a FOR EACH ROW EXECUTE FUNCTION public.of_a();
         CREATE TRIGGER x AFTER INSERT OR UPDATE ON public.b FOR EACH ROW EXECUTE FUNCTION public.of_b();
         CREATE TRIGGER x AFTER INSERT OR UPDATE ON public.c FOR EACH ROW EXECUTE FUNCTION public.of_c();",
    )
    .step("INSERT INTO public.a VALUES (1)")
    .steps((2..8).map(|id| format!("INSERT INTO public.a VALUES ({id})")))
    .step("UPDATE public.a SET id = id WHERE id = 1; UPDATE public.a SET id = id WHERE id = 1")
    .step("UPDATE public.a SET id = -id WHERE id = 2")
    .check();
}

#[test]
fn triggers_nest_within_one_statement_of_many_rows() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, depth int DEFAULT 0, n int DEFAULT 0);
         INSERT INTO public.t SELECT g FROM generate_series(1, 4) AS g;
         CREATE FUNCTION public.deeper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF pg_trigger_depth() <= 3 THEN
             UPDATE public.t SET depth = greatest(depth, pg_trigger_depth()), n = n + 1 WHERE id <> NEW.id;
           END IF; RETURN NULL; END $$;
         CREATE TRIGGER deeper AFTER UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.deeper();",
    )
    .step("UPDATE public.t SET n = n + 1000 WHERE id = 1")
    .step("UPDATE public.t SET n = n + 1000")
    .order_within_transactions_aside()
    .check();
}

#[test]
fn triggers_whose_names_sort_before_ours() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, n int DEFAULT 0);
         CREATE FUNCTION public.early() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN UPDATE public.t SET n = n + 1 WHERE id = NEW.id; RETURN NULL; END $$;
         CREATE TRIGGER \"  early\" AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.early();",
    )
    .step("INSERT INTO public.t VALUES (1), (2)")
    .order_within_transactions_aside()
    .check();
}

#[test]
fn a_constraint_fails_after_the_change_was_recorded() {
    with_trigger(
        "AFTER UPDATE ON public.t FOR EACH ROW",
        "IF NEW.n > 5 THEN RAISE EXCEPTION 'too much'; END IF; RETURN NULL;",
    )
    .refused("UPDATE public.t SET n = id * 2")
    .step("UPDATE public.t SET n = id")
    .check();
}

#[test]
fn after_triggers_change_what_another_part_of_the_statement_changed() {
    Scenario::new(
        "CREATE TABLE public.orders (id int PRIMARY KEY, total int);
         CREATE TABLE public.items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int, price int);
         CREATE FUNCTION public.add_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           UPDATE public.orders SET total = total + NEW.price WHERE id = NEW.order_id; RETURN NULL; END $$;
         CREATE TRIGGER add_up AFTER INSERT ON public.items FOR EACH ROW EXECUTE FUNCTION public.add_up();",
    )
    .step(
        "WITH o AS (INSERT INTO public.orders VALUES (1, 0) RETURNING id)
         INSERT INTO public.items (order_id, price) SELECT id, 10 FROM o",
    )
    .step(
        "WITH o AS (INSERT INTO public.orders VALUES (2, 0), (3, 5) RETURNING id)
         INSERT INTO public.items (order_id, price) SELECT id, 10 FROM o UNION ALL SELECT id, 7 FROM o",
    )
    .step(
        "WITH o AS (UPDATE public.orders SET total = 0 WHERE id < 3 RETURNING id)
         INSERT INTO public.items (order_id, price) SELECT id, 1 FROM o",
    )
    .check();
}

/// A table, a child whose reference cascades, and a trigger of the child.
fn with_trigger_of_child(when: &str, body: &str) -> Scenario {
    Scenario::new(format!(
        "CREATE TABLE public.t (id int PRIMARY KEY, v text);
         CREATE TABLE public.child (id int PRIMARY KEY, t int REFERENCES public.t ON DELETE CASCADE ON UPDATE CASCADE);
         INSERT INTO public.t VALUES (1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO public.child VALUES (1, 1), (2, 2), (3, 3);
         CREATE FUNCTION public.react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
         CREATE TRIGGER react {when} ON public.child FOR EACH ROW EXECUTE FUNCTION public.react();"
    ))
}

#[test]
fn a_trigger_of_a_child_puts_a_row_in_the_place_of_the_deleted_one() {
    for when in ["BEFORE DELETE", "AFTER DELETE"] {
        with_trigger_of_child(
            when,
            "INSERT INTO public.t VALUES (OLD.t, 'tombstone'); RETURN OLD;",
        )
        .step("DELETE FROM public.t WHERE id = 1")
        .step("DELETE FROM public.t")
        .check();
    }
}

#[test]
fn a_trigger_of_a_child_changes_the_row_whose_key_changed() {
    for when in ["BEFORE UPDATE", "AFTER UPDATE"] {
        with_trigger_of_child(
            when,
            "UPDATE public.t SET v = v || '!' WHERE id = NEW.t; RETURN NEW;",
        )
        .step("UPDATE public.t SET id = 10 WHERE id = 1")
        .step("UPDATE public.t SET id = id + 100")
        .check();
    }
}

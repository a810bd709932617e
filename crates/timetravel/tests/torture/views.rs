//! Changes that reach the table through something else: views and rules.

use crate::scenario::Scenario;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text, shown bool DEFAULT true);
    INSERT INTO public.t VALUES (1, 'a', true), (2, 'b', true), (3, 'c', false);";

#[test]
fn a_view_that_is_updatable_by_itself() {
    Scenario::new(format!(
        "{TABLE} CREATE VIEW public.some AS SELECT v AS text, id FROM public.t WHERE shown WITH CHECK OPTION;
         CREATE VIEW public.less AS SELECT id, text FROM public.some WHERE id < 100"
    ))
    .step("INSERT INTO public.some (id, text) VALUES (4, 'd')")
    .step("UPDATE public.less SET text = text || '!'")
    .step("UPDATE public.less SET id = id + 10 WHERE id = 1")
    .step("DELETE FROM public.some WHERE id = 2")
    .asking("SELECT id || text FROM public.less")
    .asking("SELECT count(*)::text FROM public.some")
    .check();
}

#[test]
fn a_view_with_triggers_in_place_of_changes() {
    Scenario::new(format!(
        "{TABLE} CREATE VIEW public.joined AS SELECT a.id, a.v, b.v AS next FROM public.t AS a LEFT JOIN public.t AS b ON b.id = a.id + 1;
         CREATE FUNCTION public.instead() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
           IF TG_OP = 'INSERT' THEN INSERT INTO public.t VALUES (NEW.id, NEW.v), (NEW.id + 1, NEW.next);
           ELSIF TG_OP = 'UPDATE' THEN
             UPDATE public.t SET v = NEW.v WHERE id = OLD.id; UPDATE public.t SET v = NEW.next WHERE id = OLD.id + 1;
           ELSE DELETE FROM public.t WHERE id IN (OLD.id, OLD.id + 1); RETURN OLD;
           END IF;
           RETURN NEW;
         END $$;
         CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON public.joined
           FOR EACH ROW EXECUTE FUNCTION public.instead();"
    ))
    .step("INSERT INTO public.joined VALUES (10, 'x', 'y')")
    .step("UPDATE public.joined SET v = v || '1', next = v || '2' WHERE id IN (1, 10)")
    .step("DELETE FROM public.joined WHERE id = 10")
    .asking("SELECT j::text FROM public.joined AS j")
    .check();
}

#[test]
fn rules_make_other_statements_of_a_statement() {
    Scenario::new(format!(
        "{TABLE} CREATE TABLE public.audit (at int GENERATED ALWAYS AS IDENTITY, line text);
         CREATE RULE also AS ON UPDATE TO public.t DO ALSO INSERT INTO public.audit (line) VALUES (OLD.v || '>' || NEW.v);
         CREATE RULE keep AS ON DELETE TO public.t DO INSTEAD UPDATE public.t SET shown = false WHERE id = OLD.id;
         CREATE VIEW public.ruled AS SELECT DISTINCT v FROM public.t;
         CREATE RULE add AS ON INSERT TO public.ruled DO INSTEAD INSERT INTO public.t VALUES ((SELECT max(id) + 1 FROM public.t), NEW.v);"
    ))
    .step("UPDATE public.t SET v = v || 'x' WHERE id < 3")
    .step("DELETE FROM public.t WHERE id = 1")
    .step("INSERT INTO public.ruled VALUES ('ruled')")
    .check();
}

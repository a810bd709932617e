//! Security keys and passkeys, with keys that sign for real.

use pgrecall_access::{
    AccessError, Control, KeySite, NewKey, NewSession, Own, Proof, Role, SecurityKey as Listed,
    SessionOrigin, Shown,
};
use pgrecall_testkit::{SecurityKey, TestDatabase, block_on, code_shown};
use serde_json::Value;

use crate::{LOCKOUT, PASSWORD, credentials, deed, home, sign_in, user};

const ORIGIN: &str = "https://recall.example";

fn site() -> KeySite {
    KeySite { domain: "recall.example".to_owned(), origin: ORIGIN.to_owned() }
}

/// Somebody at a browser, in a session.
struct Desk<'a> {
    control: &'a Control,
    session: NewSession,
}

impl<'a> Desk<'a> {
    async fn of(control: &'a Control, name: &str) -> Self {
        Self { control, session: sign_in(control, name).await }
    }

    async fn user(&self) -> i64 {
        self.principal().await.user
    }

    async fn principal(&self) -> pgrecall_access::Principal {
        self.control.session(&self.session.secret).await.expect("asked").expect("signed in")
    }

    async fn begin(&self, proof: Option<&Proof>) -> Result<Value, AccessError> {
        let user = self.principal().await;
        let own = Own { user: &user, session: &self.session.secret, lockout: LOCKOUT };
        self.control.begin_key(own, proof, &site()).await
    }

    async fn confirm(&mut self, name: &str, answer: &Value) -> Result<NewKey, AccessError> {
        let user = self.principal().await;
        let own = Own { user: &user, session: &self.session.secret, lockout: LOCKOUT };
        let new = self.control.confirm_key(own, (name, answer), &deed("key.add")).await?;
        self.session = new.session.clone();
        Ok(new)
    }

    /// Adds a key; who has another one shows it.
    async fn add(&mut self, key: &mut SecurityKey, other: Option<&mut SecurityKey>) -> NewKey {
        let proof = match other {
            Some(other) => Some(self.signed_by(other).await),
            None => None,
        };
        let options = self.begin(proof.as_ref()).await.expect("begun");
        let answer = key.register(&options, ORIGIN);
        let name = format!("key of {}", self.session.user);
        let name = if proof.is_some() { "another" } else { &name };
        self.confirm(name, &answer).await.expect("added")
    }

    async fn challenge(&self) -> Value {
        let user = self.user().await;
        let challenge =
            self.control.challenge(user, &self.session.secret, Some(&site())).await.expect("asked");
        challenge.key.expect("there are keys")
    }

    async fn signed_by(&self, key: &mut SecurityKey) -> Proof {
        Proof::Key(key.sign(&self.challenge().await, ORIGIN))
    }

    async fn show(&self, proof: &Proof) -> Result<(), AccessError> {
        let user = self.user().await;
        let session = Some(&self.session.secret);
        let shown = Shown { user, proof: Some(proof), session, lockout: LOCKOUT };
        self.control.prove_second_factor(shown).await
    }

    async fn remove(&self, id: i64, proof: &Proof) -> Result<(), AccessError> {
        let user = self.principal().await;
        let own = Own { user: &user, session: &self.session.secret, lockout: LOCKOUT };
        self.control.remove_key(own, (id, proof), &deed("key.remove")).await
    }
}

/// Somebody who came half the way in and shows a key.
async fn enter(control: &Control, key: &mut SecurityKey) -> Result<NewSession, AccessError> {
    let half = sign_in(control, "ann").await;
    assert!(half.awaits_second_factor);
    let challenge = control.challenge_awaited(&half.secret, Some(&site())).await?;
    let proof = Proof::Key(key.sign(&challenge.key.expect("there are keys"), ORIGIN));
    control.finish_sign_in(&half.secret, &proof, LOCKOUT, &SessionOrigin::default()).await
}

/// Ann, with a key.
async fn ann_with_a_key(control: &Control) -> (Desk<'_>, SecurityKey, NewKey) {
    user(control, "ann", Role::Operator).await;
    let mut desk = Desk::of(control, "ann").await;
    let mut key = SecurityKey::new(1);
    let new = desk.add(&mut key, None).await;
    (desk, key, new)
}

/// Forgets the failures, so that a test may go on failing.
async fn forgive(database: &TestDatabase) {
    database
        .execute("UPDATE recall_control.user_account SET failures = 0, locked_until = NULL")
        .await;
}

#[test]
fn a_key_is_added_listed_renamed_and_lets_its_user_in() {
    block_on(async {
        let (_database, control) = home().await;
        let (desk, mut key, new) = ann_with_a_key(&control).await;
        assert_eq!(new.codes.expect("it is the first").0.len(), 10);
        let now = desk.principal().await;
        assert_eq!(now.via, pgrecall_access::Via::Session { second_factor: true });
        let id = desk.user().await;
        let names = |keys: Vec<Listed>| keys.into_iter().map(|key| key.name).collect::<Vec<_>>();
        assert_eq!(names(control.keys(id).await.expect("listed")), ["key of ann"]);
        let renamed = control.rename_key(id, (new.key.id, " blue "), &deed("key.rename")).await;
        assert_eq!(renamed.expect("renamed").name, "blue");
        let nameless = control.rename_key(id, (new.key.id, " "), &deed("key.rename")).await;
        assert!(matches!(nameless, Err(AccessError::KeyName)), "{nameless:?}");
        assert!(control.users(Some("ann")).await.expect("listed")[0].second_factor);

        let session = enter(&control, &mut key).await.expect("let in");
        assert!(control.session(&session.secret).await.expect("asked").is_some());
        assert!(control.keys(id).await.expect("listed")[0].last_used_at.is_some());
        let other = user(&control, "bob", Role::Operator).await;
        let foreign = control.rename_key(other, (new.key.id, "mine"), &deed("key.rename")).await;
        assert!(matches!(foreign, Err(AccessError::UnknownKey(_))), "{foreign:?}");
    });
}

#[test]
fn a_challenge_is_answered_once() {
    block_on(async {
        let (database, control) = home().await;
        let (desk, mut key, _) = ann_with_a_key(&control).await;
        let proof = desk.signed_by(&mut key).await;
        desk.show(&proof).await.expect("right");
        let again = desk.show(&proof).await;
        assert!(matches!(again, Err(AccessError::NoChallenge)), "{again:?}");
        forgive(&database).await;
        // Not even when the same is asked for anew.
        desk.challenge().await;
        let again = desk.show(&proof).await;
        assert!(matches!(again, Err(AccessError::WrongKey(_))), "{again:?}");
        forgive(&database).await;
        // A wrong answer ends it, too.
        let challenge = desk.challenge().await;
        let wrong = Proof::Key(SecurityKey::new(9).sign(&challenge, ORIGIN));
        assert!(matches!(desk.show(&wrong).await, Err(AccessError::WrongKey(_))));
        let late = desk.show(&Proof::Key(key.sign(&challenge, ORIGIN))).await;
        assert!(matches!(late, Err(AccessError::NoChallenge)), "{late:?}");
    });
}

#[test]
fn the_same_answer_shown_twice_at_once_counts_once() {
    block_on(async {
        let (database, control) = home().await;
        let (desk, mut key, _) = ann_with_a_key(&control).await;
        // Two servers, so that it is the database that keeps them apart.
        let other = Control::open(database.conninfo()).await.expect("the same home");
        let elsewhere = Desk { control: &other, session: desk.session.clone() };
        let proof = desk.signed_by(&mut key).await;
        let (a, b) = tokio::join!(desk.show(&proof), elsewhere.show(&proof));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
    });
}

#[test]
fn a_key_of_somebody_else_is_refused() {
    block_on(async {
        let (_database, control) = home().await;
        let (desk, _, _) = ann_with_a_key(&control).await;
        user(&control, "bob", Role::Operator).await;
        let mut bobs = SecurityKey::new(2);
        let mut bob = Desk::of(&control, "bob").await;
        bob.add(&mut bobs, None).await;
        let refused = desk.show(&desk.signed_by(&mut bobs).await).await;
        assert!(matches!(refused, Err(AccessError::WrongKey(_))), "{refused:?}");
        // Nor does it become a key of two users.
        let begun = bob.begin(Some(&bob.signed_by(&mut bobs).await)).await.expect("begun");
        let taken = bob.confirm("anns", &SecurityKey::new(1).register(&begun, ORIGIN)).await;
        assert!(matches!(taken, Err(AccessError::KeyTaken)), "{taken:?}");
    });
}

#[test]
fn pages_and_domains_of_others_get_nothing_signed() {
    block_on(async {
        let (database, control) = home().await;
        let (mut desk, key, _) = ann_with_a_key(&control).await;
        let elsewhere = |origin: &str| key.clone().at(origin);
        for origin in
            ["https://evil.example", "http://recall.example", "https://recall.example:8443"]
        {
            let refused = desk.show(&desk.signed_by(&mut elsewhere(origin)).await).await;
            assert!(matches!(refused, Err(AccessError::WrongKey(_))), "{origin}: {refused:?}");
            forgive(&database).await;
        }
        let mut other_domain = key.clone().of_domain("evil.example");
        let refused = desk.show(&desk.signed_by(&mut other_domain).await).await;
        assert!(matches!(refused, Err(AccessError::WrongKey(_))), "{refused:?}");
        forgive(&database).await;
        let proof = desk.signed_by(&mut key.clone()).await;
        let options = desk.begin(Some(&proof)).await.expect("begun");
        let mut new = SecurityKey::new(3).at("https://evil.example");
        let refused = desk.confirm("evil", &new.register(&options, ORIGIN)).await;
        assert!(matches!(refused, Err(AccessError::WrongKey(_))), "{refused:?}");
    });
}

#[test]
fn a_challenge_is_good_in_its_session_and_for_five_minutes() {
    block_on(async {
        let (database, control) = home().await;
        let (desk, mut key, _) = ann_with_a_key(&control).await;
        let elsewhere =
            Desk { control: &control, session: enter(&control, &mut key).await.expect("in") };
        let proof = desk.signed_by(&mut key).await;
        let refused = elsewhere.show(&proof).await;
        assert!(matches!(refused, Err(AccessError::NoChallenge)), "{refused:?}");
        forgive(&database).await;
        let proof = desk.signed_by(&mut key).await;
        database.execute("UPDATE recall_control.key_challenge SET expires_at = now()").await;
        let late = desk.show(&proof).await;
        assert!(matches!(late, Err(AccessError::NoChallenge)), "{late:?}");
        forgive(&database).await;
        // A program with a token has no session in which a key could be asked.
        let proof = desk.signed_by(&mut key).await;
        let user = desk.user().await;
        let shown = Shown { user, proof: Some(&proof), session: None, lockout: LOCKOUT };
        let refused = control.prove_second_factor(shown).await;
        assert!(matches!(refused, Err(AccessError::NoChallenge)), "{refused:?}");
    });
}

#[test]
fn a_key_that_counts_back_was_copied() {
    block_on(async {
        let (_database, control) = home().await;
        let (desk, mut key, _) = ann_with_a_key(&control).await;
        let mut copy = key.clone();
        desk.show(&desk.signed_by(&mut key).await).await.expect("the first");
        desk.show(&desk.signed_by(&mut key).await).await.expect("the second");
        let refused = desk.show(&desk.signed_by(&mut copy).await).await;
        assert!(matches!(refused, Err(AccessError::WrongKey(_))), "{refused:?}");
        desk.show(&desk.signed_by(&mut key).await).await.expect("goes on");
    });
}

#[test]
fn more_factors_need_one_of_those_that_are_there() {
    block_on(async {
        let (database, control) = home().await;
        user(&control, "ann", Role::Operator).await;
        let mut desk = Desk::of(&control, "ann").await;
        let id = desk.user().await;
        let nothing = Shown { user: id, proof: None, session: None, lockout: LOCKOUT };
        // Whoever took the session over begins before there is a second factor.
        let early = control.begin_second_factor(nothing, "ann").await.expect("begun");
        let mut thief = Desk { control: &control, session: sign_in(&control, "ann").await };
        let early_key = thief.begin(None).await.expect("begun");
        let mut key = SecurityKey::new(1);
        let first = desk.add(&mut key, None).await;

        let refused = desk.begin(None).await;
        assert!(matches!(refused, Err(AccessError::SecondFactorNeeded)), "{refused:?}");
        let refused = control.begin_second_factor(nothing, "ann").await;
        assert!(matches!(refused, Err(AccessError::SecondFactorNeeded)), "{refused:?}");
        let late = thief.confirm("thief", &SecurityKey::new(7).register(&early_key, ORIGIN)).await;
        assert!(matches!(late, Err(AccessError::NoChallenge)), "{late:?}");
        let code = code_shown(&database, &early.secret, 0).await;
        let user = desk.principal().await;
        let own = Own { user: &user, session: &desk.session.secret, lockout: LOCKOUT };
        let late = control.confirm_second_factor(own, &code, &deed("second_factor.confirm")).await;
        assert!(matches!(late, Err(AccessError::NothingToConfirm)), "{late:?}");

        // With the key, both: and the codes that there are stay.
        let proof = desk.signed_by(&mut key).await;
        let session = Some(&desk.session.secret);
        let shown = Shown { user: id, proof: Some(&proof), session, lockout: LOCKOUT };
        let device = control.begin_second_factor(shown, "ann").await.expect("begun");
        let code = code_shown(&database, &device.secret, 0).await;
        let noted = deed("second_factor.confirm");
        let confirmed = control.confirm_second_factor(own, &code, &noted);
        let (codes, session) = confirmed.await.expect("confirmed");
        assert_eq!(codes, None);
        desk.session = session;
        assert_eq!(desk.add(&mut SecurityKey::new(2), Some(&mut key)).await.codes, None);
        let recovery = Proof::Code(first.codes.expect("the first").0[0].clone());
        desk.show(&recovery).await.expect("a code from the beginning");
    });
}

#[test]
fn keys_go_one_by_one_and_with_the_last_factor_the_codes() {
    block_on(async {
        let (database, control) = home().await;
        let (mut desk, mut key, first) = ann_with_a_key(&control).await;
        let mut second = SecurityKey::new(2);
        let another = desk.add(&mut second, Some(&mut key)).await;
        let wrong = desk.remove(first.key.id, &Proof::Code("000000".to_owned())).await;
        assert!(matches!(wrong, Err(AccessError::WrongCode)), "{wrong:?}");
        forgive(&database).await;
        let unknown = desk.remove(99, &desk.signed_by(&mut second).await).await;
        assert!(matches!(unknown, Err(AccessError::UnknownKey(99))), "{unknown:?}");
        desk.remove(first.key.id, &desk.signed_by(&mut second).await).await.expect("removed");
        let gone = desk.show(&desk.signed_by(&mut key).await).await;
        assert!(matches!(gone, Err(AccessError::WrongKey(_))), "{gone:?}");
        let count = "SELECT count(*) FROM recall_control.recovery_code";
        assert_eq!(database.scalar(count).await, "10");
        desk.remove(another.key.id, &desk.signed_by(&mut second).await).await.expect("the last");
        assert_eq!(database.scalar(count).await, "0");
        assert!(!sign_in(&control, "ann").await.awaits_second_factor);
    });
}

#[test]
fn wrong_answers_lock_out_as_wrong_codes_do() {
    block_on(async {
        let (_database, control) = home().await;
        let (desk, mut key, _) = ann_with_a_key(&control).await;
        for _ in 0..LOCKOUT.failures {
            let wrong = desk.show(&desk.signed_by(&mut SecurityKey::new(9)).await).await;
            assert!(matches!(wrong, Err(AccessError::WrongKey(_))), "{wrong:?}");
        }
        let locked = desk.show(&desk.signed_by(&mut key).await).await;
        assert!(matches!(locked, Err(AccessError::LockedOut)), "{locked:?}");
        let origin = SessionOrigin::default();
        let outside = control.sign_in(&credentials("ann", PASSWORD), LOCKOUT, &origin).await;
        assert!(matches!(outside, Err(AccessError::Refused)), "{outside:?}");
    });
}

#[test]
fn an_administrator_takes_keys_away_and_a_reset_does() {
    block_on(async {
        let (database, control) = home().await;
        let (desk, _, _) = ann_with_a_key(&control).await;
        control.remove_second_factor_of("ann", &deed("second_factor.remove")).await.expect("gone");
        assert_eq!(control.keys(desk.user().await).await.expect("listed"), []);
        let none = control.remove_second_factor_of("ann", &deed("second_factor.remove")).await;
        assert!(matches!(none, Err(AccessError::NoSecondFactor)), "{none:?}");
        let mut desk = Desk::of(&control, "ann").await;
        desk.add(&mut SecurityKey::new(1), None).await;
        control.reset_user("ann", &deed("user.reset")).await.expect("reset");
        assert_eq!(database.scalar("SELECT count(*) FROM recall_control.security_key").await, "0");
        assert_eq!(database.scalar("SELECT count(*) FROM recall_control.key_challenge").await, "0");
    });
}

#[test]
fn what_is_done_with_keys_is_in_the_log() {
    block_on(async {
        let (database, control) = home().await;
        let (desk, mut key, new) = ann_with_a_key(&control).await;
        let id = desk.user().await;
        control.rename_key(id, (new.key.id, "blue"), &deed("key.rename")).await.expect("renamed");
        desk.remove(new.key.id, &desk.signed_by(&mut key).await).await.expect("removed");
        let log = "SELECT string_agg(action || ' ' || (details ->> 'name'), ', ' ORDER BY id)
            FROM recall_control.audit WHERE action LIKE 'key.%'";
        let expected = "key.add key of ann, key.rename blue, key.remove blue";
        assert_eq!(database.scalar(log).await, expected);
    });
}

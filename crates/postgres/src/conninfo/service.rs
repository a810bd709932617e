use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::parameters::Parameters;
use super::{ConninfoError, Origin, Problem};
use crate::environment::{Environment, PGSYSCONFDIR};

/// The folder of the machine's service file where nothing else is said; Debian's.
const MACHINE_FOLDER: &str = "/etc/postgresql-common";

/// What the service file sets for the service that the parameters ask for, where they ask for one.
///
/// As in libpq the user's file outranks the machine's as a whole, and a file that somebody named
/// must exist.
pub(super) fn parameters(
    asked: &Parameters,
    environment: &Environment,
) -> Result<Parameters, ConninfoError> {
    let Some(service) = asked.setting("service") else { return Ok(Parameters::default()) };
    let named = asked.setting("servicefile").map(|setting| PathBuf::from(&setting.text));
    let must_exist = named.is_some();
    let of_user = named.or_else(|| Some(environment.home()?.join(".pg_service.conf")));
    let machine = environment.get(PGSYSCONFDIR.name).unwrap_or(MACHINE_FOLDER);
    let of_machine = Path::new(machine).join("pg_service.conf");

    let mut searched = Vec::new();
    for (path, must_exist) in
        of_user.map(|path| (path, must_exist)).into_iter().chain([(of_machine, false)])
    {
        let origin = Origin::ServiceFile(path.clone());
        match fs::read_to_string(&path) {
            Ok(text) => {
                if let Some(pairs) = section(&text, &service.text).map_err(|p| p.of(&origin))? {
                    return Parameters::from_pairs(pairs, &origin);
                }
                searched.push(path);
            }
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(Problem::Unreadable(e).of(&origin));
            }
            Err(_) if must_exist => return Err(Problem::NoServiceFile.of(&origin)),
            Err(_) => {}
        }
    }
    Err(Problem::UnknownService { name: service.text.clone(), searched }.of(&service.origin))
}

/// The pairs below `[name]`, where the text has such a section.
fn section(text: &str, name: &str) -> Result<Option<Vec<(String, String)>>, Problem> {
    let mut found: Option<Vec<(String, String)>> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let wrong = |what| Problem::ServiceLine { line: index + 1, what };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if header.strip_suffix(']').ok_or_else(|| wrong("a section has no closing `]`"))?
                == name
            {
                found = Some(Vec::new());
            }
            continue;
        }
        let Some(pairs) = &mut found else { continue };
        if line.starts_with("ldap") {
            return Err(wrong("services in LDAP are not supported"));
        }
        let (keyword, value) = line.split_once('=').ok_or_else(|| wrong("there is no `=`"))?;
        if ["service", "servicefile"].contains(&keyword) {
            return Err(wrong("a service cannot refer to another"));
        }
        // In a service file the first of several equal keywords holds.
        if pairs.iter().all(|(earlier, _)| earlier != keyword) {
            pairs.push((keyword.to_owned(), value.to_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# a comment\n[shop]\nhost=db.example\nport=5433\nport=1\n\n  dbname=my shop  \n[other]\nhost=x\n";

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let pairs = section(FILE, "shop").unwrap().unwrap();
        let expected = [("host", "db.example"), ("port", "5433"), ("dbname", "my shop")];
        assert_eq!(pairs, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert!(section(FILE, "absent").unwrap().is_none());
    }

    #[test]
    fn malformed_lines_are_named() {
        for (text, message) in [
            ("[a]\nhost", "line 2: there is no `=`"),
            ("[a]\nservice=b", "line 2: a service cannot refer to another"),
            ("[a]\nldap://x", "line 2: services in LDAP are not supported"),
            ("[a\n", "line 1: a section has no closing `]`"),
        ] {
            assert_eq!(section(text, "a").unwrap_err().to_string(), message);
        }
    }
}

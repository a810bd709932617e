use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// One connection, for plain SQL. A failure fails the test, unless the method says otherwise.
#[derive(Debug)]
pub struct Session(Client);

impl Session {
    /// Connects to where a URL says.
    pub(crate) async fn open(url: &str) -> Self {
        match tokio_postgres::connect(url, NoTls).await {
            Ok((client, connection)) => {
                // It ends with the client or with the server; the client tells of both.
                tokio::spawn(connection);
                Self(client)
            }
            Err(error) => panic!("cannot connect: {}", told(&error)),
        }
    }

    /// Runs one or more statements.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn execute(&self, sql: &str) {
        if let Err(error) = self.try_execute(sql).await {
            panic!("{}\nin: {sql}", told(&error));
        }
    }

    /// Runs one or more statements that may fail.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn try_execute(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.0.batch_execute(sql).await
    }

    /// The rows of a query, every value as the server prints it.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn query_text(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let messages = match self.0.simple_query(sql).await {
            Ok(messages) => messages,
            Err(error) => panic!("{}\nin: {sql}", told(&error)),
        };
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        rows.map(|row| (0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect()).collect()
    }

    /// The only value of a query's only row.
    ///
    /// # Panics
    /// When there is any other number of values, or the value is null, or the server refuses.
    pub async fn scalar(&self, sql: &str) -> String {
        let rows = self.query_text(sql).await;
        match rows.as_slice() {
            [row] if row.len() == 1 => {
                row[0].clone().unwrap_or_else(|| panic!("null instead of a value from: {sql}"))
            }
            other => panic!("{other:?} instead of one value from: {sql}"),
        }
    }

    /// The driver's client, for what this type does not offer.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0
    }

    /// The driver's client, for transactions.
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.0
    }
}

/// The driver's own text of a refusal is only `db error`.
fn told(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => {
            let detail = refusal.detail().map(|text| format!("\ndetail: {text}"));
            let context = refusal.where_().map(|text| format!("\ncontext: {text}"));
            let rest = [detail, context].into_iter().flatten().collect::<String>();
            format!("{refusal}{rest}")
        }
        None => error.to_string(),
    }
}

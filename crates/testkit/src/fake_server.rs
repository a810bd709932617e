//! A server that only says what a test wants to hear, for what no real one does.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The code that stands in place of a protocol version where a client asks for TLS.
const SSL_REQUEST: i32 = 80_877_103;

/// Something that speaks just enough of the protocol to open a connection, and calls itself what
/// it likes. Lives as long as the runtime. Gives a URL.
///
/// The messages are described in the chapter "Message Formats" of PostgreSQL's documentation.
///
/// # Panics
/// When no port can be had.
pub async fn answering(reply: Vec<u8>) -> String {
    listening(reply, Then::Wait).await
}

/// The same for something that closes the connection once it has said its piece.
///
/// # Panics
/// When no port can be had.
pub async fn hanging_up(reply: &[u8]) -> String {
    listening(reply.to_vec(), Then::HangUp).await
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Wait,
    HangUp,
}

async fn listening(reply: Vec<u8>, then: Then) -> String {
    let listener = match TcpListener::bind(("127.0.0.1", 0)).await {
        Ok(listener) => listener,
        Err(error) => panic!("no port for a fake server: {error}"),
    };
    let port = listener.local_addr().map_or(0, |address| address.port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let reply = reply.clone();
            // A client that goes away in between is none of the server's business.
            tokio::spawn(async move { serve(stream, &reply, then).await.ok() });
        }
    });
    format!("postgresql://app:secret@127.0.0.1:{port}/shop")
}

async fn serve(mut stream: TcpStream, reply: &[u8], then: Then) -> std::io::Result<()> {
    while startup_code(&mut stream).await? == SSL_REQUEST {
        stream.write_all(b"N").await?;
    }
    stream.write_all(reply).await?;
    if then == Then::Wait {
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    }
    Ok(())
}

async fn startup_code(stream: &mut TcpStream) -> std::io::Result<i32> {
    let length = stream.read_i32().await?;
    let code = stream.read_i32().await?;
    let mut rest = vec![0; usize::try_from(length).unwrap_or(8) - 8];
    stream.read_exact(&mut rest).await?;
    Ok(code)
}

/// A reply: the login succeeds and the server reports its version.
#[must_use]
pub fn of_version(version: &str) -> Vec<u8> {
    let authentication_ok = message(b'R', &0_i32.to_be_bytes());
    let parameter = message(b'S', format!("server_version\0{version}\0").as_bytes());
    [authentication_ok, parameter, message(b'Z', b"I")].concat()
}

/// A reply: the login fails.
#[must_use]
pub fn refusing(sqlstate: &str, text: &str) -> Vec<u8> {
    message(b'E', format!("SFATAL\0VFATAL\0C{sqlstate}\0M{text}\0\0").as_bytes())
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = i32::try_from(body.len() + 4).unwrap_or(i32::MAX);
    [&[kind][..], &length.to_be_bytes(), body].concat()
}

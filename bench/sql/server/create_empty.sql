-- Not from template1, which may hold what the packager of the server put there.
CREATE DATABASE {database} TEMPLATE template0;

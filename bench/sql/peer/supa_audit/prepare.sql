-- What its control file requires.
CREATE EXTENSION "uuid-ossp";

-- template1 may hold what the system's packager put there.
CREATE DATABASE demo TEMPLATE template0

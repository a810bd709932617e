BEGIN;
-- Values are written under these settings, and constraints that can wait are checked at the end.
SET LOCAL standard_conforming_strings = on;
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET CONSTRAINTS ALL DEFERRED;

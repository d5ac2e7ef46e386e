-- The plain form of what a plan read answers, the yardstick of `./dev bench`: the same counts of families, fields and consents in plain
-- tables, without encryption, sessions or rules. 1,000 families, 60 fields of 40 to 400 bytes, 6 of 300 professionals, each with
-- consent on a third of the fields.
CREATE TABLE field (family int NOT NULL, id int NOT NULL, name text NOT NULL, value text NOT NULL, PRIMARY KEY (family, id));
CREATE TABLE consent (professional int NOT NULL, family int NOT NULL, field int NOT NULL, PRIMARY KEY (professional, family, field));
CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, professional int NOT NULL, family int NOT NULL,
    fields int[] NOT NULL, at timestamptz NOT NULL);

INSERT INTO field
SELECT family, id, 'field_' || id, substr(repeat(md5(family || ' ' || id), 13), 1, 40 + ((family * 7919 + id * 104729) % 361))
  FROM generate_series(0, 999) AS family, generate_series(1, 60) AS id;
INSERT INTO consent
SELECT (family * 7 + k * 50) % 300, family, id
  FROM generate_series(0, 999) AS family, generate_series(0, 5) AS k, generate_series(1, 60) AS id WHERE (id + k + family) % 3 = 0;
VACUUM ANALYZE;

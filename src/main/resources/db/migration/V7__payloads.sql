-- Raw payloads apart from their deliveries: SQLite writes a row anew, all of it, with each step that the delivery takes.
CREATE TABLE payload (
  guid             varchar(64)  PRIMARY KEY,
  received_at      bigint       NOT NULL,
  body             bytea        NOT NULL
);
CREATE INDEX payload_received ON payload (received_at);
INSERT INTO payload (guid, received_at, body) SELECT guid, received_at, body FROM delivery WHERE body IS NOT NULL;
ALTER TABLE delivery DROP COLUMN body;

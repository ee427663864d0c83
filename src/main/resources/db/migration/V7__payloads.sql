-- Raw payloads apart from their deliveries: SQLite writes a row anew, all of it, with each step that the delivery takes. By time first, so that the next one stands beside the last.
CREATE TABLE payload (
  received_at      bigint       NOT NULL,
  guid             varchar(64)  NOT NULL,
  body             bytea        NOT NULL,
  PRIMARY KEY (received_at, guid)
);
INSERT INTO payload (received_at, guid, body) SELECT received_at, guid, body FROM delivery WHERE body IS NOT NULL;
ALTER TABLE delivery DROP COLUMN body;

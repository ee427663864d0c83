-- One delivery with its body, and whether its job has ended since.
SELECT d.guid, d.event, d.action, d.state, d.source, d.received_at, d.job_id, d.repository, d.reason_code, d.reason_message, p.body
  FROM delivery d LEFT JOIN payload p ON p.received_at = d.received_at AND p.guid = d.guid WHERE d.guid = :#guid

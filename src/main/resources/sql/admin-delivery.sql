-- One delivery, without its payload.
SELECT guid, event, action, state, source, received_at, job_id, repository, reason_code, reason_message
  FROM delivery WHERE guid = :#guid

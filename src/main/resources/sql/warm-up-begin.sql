-- A delivery that is done already: what the warm-up sends repeats it and changes nothing.
INSERT INTO delivery (guid, event, state, source, received_at) VALUES (:#warmUpGuid, 'workflow_job', 'DONE', 'warm-up', :#now)
ON CONFLICT (guid) DO NOTHING

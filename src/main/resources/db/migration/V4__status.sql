-- What the status page, the metrics and the traces need.

-- The trace that a delivery belongs to (W3C trace context); what is done for its job later goes on with it.
ALTER TABLE delivery ADD COLUMN trace varchar(64);

-- When an intent was leased first: until then it waited for the pace.
ALTER TABLE runner ADD COLUMN claimed_at bigint;

-- 1: the times of this runner were put into the histograms. What ended before is not counted afterwards.
ALTER TABLE runner ADD COLUMN measured integer NOT NULL DEFAULT 0;
UPDATE runner SET measured = 1 WHERE busy_at IS NOT NULL;
CREATE INDEX runner_unmeasured ON runner (busy_at) WHERE busy_at IS NOT NULL AND measured = 0;

CREATE INDEX job_completed ON job (completed_at, conclusion, runner_name) WHERE state = 'COMPLETED';
CREATE INDEX job_unwanted ON job (state) WHERE state IN ('IGNORED', 'REFUSED', 'DEAD');

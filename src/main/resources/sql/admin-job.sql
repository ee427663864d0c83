-- One job.
SELECT * FROM job_view WHERE job_id = :#id

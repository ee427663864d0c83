-- Which of these deliveries are here already, in whatever state.
SELECT guid FROM delivery WHERE guid IN (:#in:guids)

DROP TABLE releases;
DROP TABLE batch_townships;
DROP TABLE batches;
DROP TABLE certification_decisions;
DROP TABLE certification_applications;

DROP TABLE account_openings;
DROP TABLE payouts;
DROP TABLE refund_requests;
DROP TABLE statement_exceptions;
DROP TABLE deposits;
DROP TABLE statement_lines;
DROP TABLE statements;
DROP TABLE payment_notices;

DROP TABLE account_holds;
DROP TABLE payout_waits;
DROP TABLE trusted_accounts;

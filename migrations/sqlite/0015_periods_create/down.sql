DROP INDEX payouts_fee_account_id_paid_at_idx;
DROP INDEX trades_fee_account_id_traded_at_id_idx;
DROP TABLE period_closes;
DROP TABLE money_journals;
DROP TABLE book_closes;
DROP TABLE account_days;

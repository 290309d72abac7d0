-- The first schema. Frozen: files in the world were made by exactly these statements.

-- Whom we keep settings for. A forgotten merchant keeps its number, so that journal rows still point somewhere,
-- and loses everything else.
CREATE TABLE merchants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Keyed hash of the identity (origin or key).
    lookup BLOB UNIQUE CHECK (length(lookup) = 32),
    -- Counts the changes of `sealed`, which is bound to it.
    version INTEGER NOT NULL CHECK (version >= 1),
    -- The merchant's own key, under the vault's erase key.
    wrapped_key BLOB,
    -- Identity, day of first contact, details; under the merchant's own key.
    sealed BLOB,
    CHECK ((lookup IS NULL) = (sealed IS NULL) AND (lookup IS NULL) = (wrapped_key IS NULL))
) STRICT;

-- What happened, in order, forever. Rows are never changed and never deleted.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Keyed hash of the payment's id.
    payment BLOB NOT NULL CHECK (length(payment) = 32),
    merchant INTEGER REFERENCES merchants (id),
    -- The payment's id and the time, under the wallet's own key: what stays when the merchant is forgotten.
    stub BLOB NOT NULL,
    -- The rest, under the merchant's own key, or the wallet's where there is no merchant.
    sealed BLOB NOT NULL,
    -- HMAC over the link before and everything above.
    link BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;

CREATE INDEX journal_by_payment ON journal (payment);
CREATE INDEX journal_by_merchant ON journal (merchant);

-- Where the journal ends: without it, rows cut off its end would not be missed.
CREATE TABLE head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    entries INTEGER NOT NULL CHECK (entries >= 0),
    link BLOB NOT NULL CHECK (length(link) = 32),
    -- Keyed hash of the two above: a shorter journal with a matching head cannot be made without the key.
    seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;

-- Small records that change: reviews, given coins, settings. Each under a key of its own kind.
CREATE TABLE documents (
    -- Keyed hash of the kind's name.
    kind BLOB NOT NULL CHECK (length(kind) = 32),
    -- Keyed hash of the kind's name and the document's key.
    lookup BLOB NOT NULL CHECK (length(lookup) = 32),
    -- Counts the changes; the writer says which one it has seen.
    version INTEGER NOT NULL CHECK (version >= 1),
    sealed BLOB NOT NULL,
    PRIMARY KEY (kind, lookup)
) STRICT, WITHOUT ROWID;

-- A document may belong to a merchant: it is sealed under that merchant's key and goes when the merchant is forgotten.
ALTER TABLE documents ADD COLUMN merchant INTEGER REFERENCES merchants (id);

CREATE INDEX documents_by_merchant ON documents (merchant) WHERE merchant IS NOT NULL;

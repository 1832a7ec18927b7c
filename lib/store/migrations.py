"""The tables, as migrations in the order they were made. STRICT throughout: a text in a number column is an error."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("studio")

_CATALOG = (
    """CREATE TABLE shop (
        id TEXT PRIMARY KEY,                 -- short name used in links and commands
        name TEXT NOT NULL,
        currency TEXT NOT NULL,
        timezone TEXT NOT NULL,              -- IANA zone: days, budgets and hours of day are the shop's
        country TEXT NOT NULL,               -- ISO 3166 two letters
        language TEXT NOT NULL,              -- language its customers read: en, ar
        settings_json TEXT NOT NULL,
        sample INTEGER NOT NULL DEFAULT 0,
        created_utc TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE item (
        id INTEGER PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        retailer_id TEXT NOT NULL,
        position INTEGER NOT NULL,           -- order in the file it came from
        title TEXT NOT NULL,
        category TEXT NOT NULL DEFAULT '',
        availability TEXT NOT NULL,
        price_minor INTEGER,                 -- what a buyer pays now (sale price while on sale); null: unknown
        advertisable INTEGER NOT NULL,
        body_json TEXT NOT NULL,             -- the whole item, variants and pictures included
        body_sha256 TEXT NOT NULL,
        updated_utc TEXT NOT NULL,
        UNIQUE (shop_id, retailer_id)
    ) STRICT""",
    # the counts beside the filters come from this index alone, the pages in the order of the file from the other
    "CREATE INDEX item_by_filters ON item (shop_id, category, availability, price_minor, advertisable)",
    "CREATE INDEX item_by_position ON item (shop_id, position, id)",
    # Text is folded before it is indexed and before it is searched (lib.catalog), so the tokenizer stays simple.
    # guesses: words without a letter that may or may not belong to them; asked only when nothing else answers
    """CREATE VIRTUAL TABLE item_text USING fts5 (
        title, body, guesses, content='', contentless_delete=1, tokenize='unicode61'
    )""",
    """CREATE TRIGGER item_text_goes_with_its_item AFTER DELETE ON item
        BEGIN DELETE FROM item_text WHERE rowid = OLD.id; END""",
    """CREATE TABLE picture (
        url TEXT PRIMARY KEY,                -- where the feed said it is
        name TEXT,                           -- content-addressed file name once fetched
        width INTEGER,
        height INTEGER,
        problem TEXT,                        -- code of the last refusal or failure
        fetched_utc TEXT
    ) STRICT""",
    """CREATE TABLE import_run (
        id INTEGER PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        source_name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        format TEXT NOT NULL,
        report_json TEXT NOT NULL,
        at_utc TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX import_by_source ON import_run (source_name, id)",
)

_LAUNCH = (
    """CREATE TABLE draft (
        id TEXT PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        retailer_id TEXT NOT NULL,
        body_json TEXT NOT NULL,
        created_utc TEXT NOT NULL,
        updated_utc TEXT NOT NULL,
        archived_utc TEXT
    ) STRICT""",
    """CREATE TABLE launch (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,            -- the tag in the name of everything created for it
        draft_id TEXT NOT NULL REFERENCES draft(id) ON DELETE CASCADE,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        retailer_id TEXT NOT NULL,
        name TEXT NOT NULL,
        adapter TEXT NOT NULL,               -- simulated, meta
        account_id TEXT NOT NULL,
        currency TEXT NOT NULL,
        daily_minor INTEGER NOT NULL,        -- what an ordinary day may cost
        cap_minor INTEGER NOT NULL,          -- what the whole launch may cost at worst
        spec_json TEXT NOT NULL,             -- the frozen plan
        spec_sha256 TEXT NOT NULL,
        starts_hour INTEGER NOT NULL,        -- hours since the Unix epoch, UTC
        hours INTEGER NOT NULL,              -- length of the plan
        seed INTEGER NOT NULL,
        state TEXT NOT NULL,                 -- projection of the journal
        reason TEXT,
        forecast_json TEXT,                  -- frozen at confirmation, scored afterwards
        lease_owner TEXT,
        lease_until TEXT,
        fence INTEGER NOT NULL DEFAULT 0,
        created_by TEXT NOT NULL,
        confirmed_utc TEXT NOT NULL,
        archived_utc TEXT
    ) STRICT""",
    # two tabs, two clicks, two workers: one live launch a draft
    "CREATE UNIQUE INDEX one_live ON launch (draft_id) WHERE state NOT IN ('FAILED', 'CANCELLED', 'ENDED')",
    "CREATE INDEX launch_by_state ON launch (state)",
    """CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('intent', 'done', 'unknown', 'rejected', 'found', 'human')),
        fence INTEGER NOT NULL,
        request_sha256 TEXT,
        remote_id TEXT,
        http INTEGER,
        code INTEGER,
        subcode INTEGER,
        trace_id TEXT,
        detail_json TEXT,
        ts_utc TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX journal_by_launch ON journal (launch_id, id)",
    """CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
        WHEN EXISTS (SELECT 1 FROM launch WHERE id = OLD.launch_id)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TABLE reservation (
        id INTEGER PRIMARY KEY,
        launch_id INTEGER NOT NULL UNIQUE REFERENCES launch(id) ON DELETE CASCADE,
        account_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        released_at TEXT
    ) STRICT""",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        ts TEXT NOT NULL,
        user TEXT NOT NULL,
        role TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        before_json TEXT,
        after_json TEXT,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE clock_segment (
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        wall_utc TEXT NOT NULL,
        simulated_s INTEGER NOT NULL,        -- seconds since the plan's start at that wall moment
        speed REAL NOT NULL,                 -- simulated seconds a wall second; 0: paused
        PRIMARY KEY (launch_id, seq)
    ) STRICT""",
    """CREATE TABLE edit (                    -- dated log: what people changed while it ran
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        hour INTEGER NOT NULL,               -- first hour it acts on
        kind TEXT NOT NULL,
        value_json TEXT NOT NULL,
        at_utc TEXT NOT NULL,
        PRIMARY KEY (launch_id, seq)
    ) STRICT""",
    """CREATE TABLE checkpoint (
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        hour INTEGER NOT NULL,               -- hours already simulated
        engine_version TEXT NOT NULL,
        state BLOB NOT NULL,
        PRIMARY KEY (launch_id, hour)
    ) STRICT""",
    # the simulated platform's own objects: what an ad account would hold
    """CREATE TABLE platform_object (
        id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('campaign', 'adset', 'creative', 'ad')),
        name TEXT NOT NULL,
        parent_id TEXT,
        status TEXT NOT NULL,
        effective_status TEXT NOT NULL,
        body_json TEXT NOT NULL,
        created_utc TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX platform_by_name ON platform_object (account_id, kind, name)",
)

_RESULTS = (
    """CREATE TABLE insights_hour (
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        ad TEXT NOT NULL,                    -- creative name within the plan
        placement TEXT NOT NULL,
        hour INTEGER NOT NULL,               -- hours since the Unix epoch, UTC
        impressions INTEGER NOT NULL,
        clicks INTEGER NOT NULL,
        conversations INTEGER NOT NULL,
        spend_micro INTEGER NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('simulated', 'measured')),
        PRIMARY KEY (launch_id, hour, ad, placement)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE insights_reach (           -- people are not additive: running distinct counts
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        scope TEXT NOT NULL,                 -- 'all' or a placement
        hour INTEGER NOT NULL,
        reach INTEGER NOT NULL,
        origin TEXT NOT NULL,
        PRIMARY KEY (launch_id, scope, hour)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE contact (
        id INTEGER PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        wa_id TEXT,
        user_id TEXT,                        -- business-scoped id, when there is no phone number
        name TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        origin TEXT NOT NULL,
        UNIQUE (shop_id, wa_id), UNIQUE (shop_id, user_id)
    ) STRICT""",
    """CREATE TABLE conversation (
        id INTEGER PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
        launch_id INTEGER REFERENCES launch(id) ON DELETE CASCADE,
        platform_key TEXT,                   -- the conversation's identity on the simulated platform
        ad TEXT,
        placement TEXT,
        started_utc TEXT NOT NULL,
        replied_utc TEXT,                    -- first answer
        answered_by TEXT,                    -- person, desk, bot
        left_utc TEXT,                       -- customer gave up waiting
        messages INTEGER NOT NULL DEFAULT 1,
        clicked INTEGER NOT NULL DEFAULT 1,  -- 0: written to the shop after the ad without a click on its button
        labels_json TEXT NOT NULL DEFAULT '[]',
        origin TEXT NOT NULL,
        UNIQUE (launch_id, platform_key)
    ) STRICT""",
    "CREATE INDEX conversation_by_start ON conversation (launch_id, started_utc)",
    """CREATE TABLE referral (
        conversation_id INTEGER PRIMARY KEY REFERENCES conversation(id) ON DELETE CASCADE,
        source_type TEXT NOT NULL,
        source_id TEXT NOT NULL,
        source_url TEXT NOT NULL DEFAULT '',
        headline TEXT NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT '',
        media_type TEXT NOT NULL DEFAULT '',
        image_url TEXT NOT NULL DEFAULT '',
        video_url TEXT NOT NULL DEFAULT '',
        thumbnail_url TEXT NOT NULL DEFAULT '',
        ctwa_clid TEXT,
        welcome_message TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE TABLE message (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
        wamid TEXT UNIQUE,
        direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
        sender TEXT NOT NULL,                -- customer, person, desk, bot
        kind TEXT NOT NULL,
        body_json TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT '',
        at_utc TEXT NOT NULL,
        origin TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX message_by_conversation ON message (conversation_id, at_utc)",
    """CREATE TABLE customer_order (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL UNIQUE REFERENCES conversation(id) ON DELETE CASCADE,
        currency TEXT NOT NULL,
        total_minor INTEGER NOT NULL,
        ordered_utc TEXT NOT NULL,
        delivered_utc TEXT,
        refused_utc TEXT,
        returned_utc TEXT,                   -- sent back after delivery; delivered_utc is for orders kept
        recovered INTEGER NOT NULL DEFAULT 0,  -- 1: placed after a reminder
        origin TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE order_line (
        order_id INTEGER NOT NULL REFERENCES customer_order(id) ON DELETE CASCADE,
        line INTEGER NOT NULL,
        retailer_id TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        price_minor INTEGER NOT NULL,
        PRIMARY KEY (order_id, line)
    ) STRICT""",
    """CREATE TABLE synced (                   -- how far a launch's results are in the tables
        launch_id INTEGER PRIMARY KEY REFERENCES launch(id) ON DELETE CASCADE,
        hour INTEGER NOT NULL,               -- simulated hours already written
        final INTEGER NOT NULL DEFAULT 0,    -- nothing more will come
        at_utc TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE remembered_forecast (      -- forecasts of items, so that a grid need not compute them again
        key TEXT PRIMARY KEY,
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        retailer_id TEXT NOT NULL,
        body_json TEXT NOT NULL
    ) STRICT""",
)


@MIGRATIONS(name="0001_first_tables")
def first_tables(db: Database) -> None:
    for statement in (*_CATALOG, *_LAUNCH, *_RESULTS):
        db.conn.execute(statement)


_CHATS = (
    """CREATE TABLE webhook_inbox (          -- what was delivered, as it came, before it is answered with 200
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,         -- SHA-256 of the body
        body BLOB NOT NULL,
        received_utc TEXT NOT NULL,
        processed_utc TEXT,
        problem TEXT                         -- code of what is in the way; empty: read in full
    ) STRICT""",
    "CREATE INDEX webhook_waiting ON webhook_inbox (id) WHERE processed_utc IS NULL",
    """CREATE TABLE webhook_event (          -- kinds of news that have no table of their own
        inbox_id INTEGER NOT NULL REFERENCES webhook_inbox(id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body_json TEXT NOT NULL,
        PRIMARY KEY (inbox_id, place)
    ) STRICT""",
    """CREATE TABLE message_status (         -- may come before the message it speaks of
        wamid TEXT NOT NULL,
        status TEXT NOT NULL,
        at_utc TEXT NOT NULL,
        body_json TEXT NOT NULL,
        PRIMARY KEY (wamid, status)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE contact_address (        -- every phone number and business-scoped id a person was ever known by
        shop_id TEXT NOT NULL REFERENCES shop(id) ON DELETE CASCADE,
        address TEXT NOT NULL,
        contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
        heard_utc TEXT NOT NULL,             -- last news from it
        PRIMARY KEY (shop_id, address)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE contact ADD COLUMN named_utc TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN assigned_to TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN wrote_utc TEXT",  # the customer's last message: the 24 hour window
    "ALTER TABLE conversation ADD COLUMN free_until_utc TEXT",  # end of the ad's free window, as the platform says
    "ALTER TABLE customer_order ADD COLUMN cart INTEGER NOT NULL DEFAULT 0",  # 1: the customer sent it as a cart
    "CREATE INDEX conversation_by_shop ON conversation (shop_id, started_utc)",
    "CREATE INDEX conversation_by_contact ON conversation (contact_id)",
    """CREATE TABLE payment_request (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
        currency TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        asked_utc TEXT NOT NULL,
        paid_utc TEXT,
        origin TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE turn_at_the_desk (       -- a person answers a simulated launch's customers for a while
        id INTEGER PRIMARY KEY,
        launch_id INTEGER NOT NULL REFERENCES launch(id) ON DELETE CASCADE,
        person TEXT NOT NULL,
        from_s INTEGER NOT NULL,             -- seconds since the plan's start
        until_s INTEGER,                     -- null: still at it
        began_utc TEXT NOT NULL,
        score_json TEXT
    ) STRICT""",
    "CREATE UNIQUE INDEX one_person_at_the_desk ON turn_at_the_desk (launch_id) WHERE until_s IS NULL",
)


@MIGRATIONS(name="0002_chats")
def chats(db: Database) -> None:
    for statement in _CHATS:
        db.conn.execute(statement)

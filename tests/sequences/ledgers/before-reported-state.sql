PRAGMA auto_vacuum = 2;
PRAGMA application_id = 1347180365;
PRAGMA user_version = 7;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'planwatch','m0001_first_schema','2026-11-29 07:05:25.597259+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'planwatch','m0002_queue_and_estimates','2026-11-29 07:05:25.601673+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'planwatch','m0003_validators_and_verdicts','2026-11-29 07:05:25.603486+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'planwatch','m0004_model_answers','2026-11-29 07:05:25.604275+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'planwatch','m0005_messages','2026-11-29 07:05:25.605740+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'planwatch','m0006_no_index_of_hashes','2026-11-29 07:05:25.606065+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'planwatch','m0007_severity_of_messages','2026-11-29 07:05:25.607576+00:00');
CREATE TABLE alarms (
        alarm_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('broken', 'suspicious', 'recovered', 'big_move')),
        message TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        job_id TEXT
    , told_at TEXT) STRICT
    ;
INSERT INTO "alarms" VALUES(1,'giffgaff','broken','giffgaff failed 2 times in a row, now network: https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error','2026-11-30T06:15:00.000Z','dsn5atc6n5','2026-11-30T06:15:00.000Z');
CREATE TABLE analyses (
        analysis_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        brands TEXT NOT NULL,
        job_id TEXT,
        created_at TEXT NOT NULL,
        as_of TEXT NOT NULL,
        plans_digest TEXT NOT NULL,
        written_by TEXT NOT NULL,
        document TEXT NOT NULL
    , writer TEXT) STRICT
    ;
CREATE TABLE attempts (
        job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        name TEXT NOT NULL,
        occurrence INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        error TEXT, took_s REAL,
        PRIMARY KEY (job_id, name, occurrence, attempt)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "attempts" VALUES('0kv592yxjq','count plans',1,1,1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,6.49370012979488819837e-05);
INSERT INTO "attempts" VALUES('0kv592yxjq','scrape acme',1,1,1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,4.26454709995596203953e-02);
INSERT INTO "attempts" VALUES('0kv592yxjq','scrape giffgaff',1,1,1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,1.64373379993776325136e-02);
INSERT INTO "attempts" VALUES('0kv592yxjq','scrape smarty',1,1,1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,1.00032369991822633892e-02);
INSERT INTO "attempts" VALUES('664t0wxdca','count plans',1,1,1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,5.48120005987584590911e-05);
INSERT INTO "attempts" VALUES('664t0wxdca','scrape acme',1,1,1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,3.28193929999542888253e-02);
INSERT INTO "attempts" VALUES('664t0wxdca','scrape giffgaff',1,1,1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}',1.02359080010501202195e-02);
INSERT INTO "attempts" VALUES('664t0wxdca','scrape smarty',1,1,1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,2.52220049987954553216e-02);
INSERT INTO "attempts" VALUES('723bargax3','count plans',1,1,1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,6.14609998592641204595e-05);
INSERT INTO "attempts" VALUES('723bargax3','scrape acme',1,1,1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,7.44509299984201788902e-02);
INSERT INTO "attempts" VALUES('723bargax3','scrape giffgaff',1,1,1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,3.80694419982319232076e-02);
INSERT INTO "attempts" VALUES('723bargax3','scrape smarty',1,1,1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,2.10014549993502441793e-02);
INSERT INTO "attempts" VALUES('9awfzf3ad5','count plans',1,1,1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,5.30190009158104658126e-05);
INSERT INTO "attempts" VALUES('9awfzf3ad5','scrape acme',1,1,1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,1.49381760020332876592e-02);
INSERT INTO "attempts" VALUES('9awfzf3ad5','scrape giffgaff',1,1,1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,2.90245329997560475021e-02);
INSERT INTO "attempts" VALUES('9awfzf3ad5','scrape smarty',1,1,1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,1.98722429995541460812e-02);
INSERT INTO "attempts" VALUES('b92aqx80z8','count plans',1,1,1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,4.7381003241753205657e-05);
INSERT INTO "attempts" VALUES('b92aqx80z8','scrape acme',1,1,1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,7.23124850010208319872e-02);
INSERT INTO "attempts" VALUES('b92aqx80z8','scrape giffgaff',1,1,1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,6.38966029982839245349e-02);
INSERT INTO "attempts" VALUES('b92aqx80z8','scrape smarty',1,1,1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,6.6522163000627188012e-02);
INSERT INTO "attempts" VALUES('dsn5atc6n5','count plans',1,1,1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,5.51419980183709412813e-05);
INSERT INTO "attempts" VALUES('dsn5atc6n5','scrape acme',1,1,1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,2.70928860009007621556e-02);
INSERT INTO "attempts" VALUES('dsn5atc6n5','scrape giffgaff',1,1,1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}',1.45855099981417879462e-02);
INSERT INTO "attempts" VALUES('dsn5atc6n5','scrape smarty',1,1,1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,2.48159600014332681894e-02);
INSERT INTO "attempts" VALUES('gxr2uxpp64','count plans',1,1,1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,7.26589969417546e-05);
INSERT INTO "attempts" VALUES('gxr2uxpp64','scrape acme',1,1,1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,2.48063132999959634616e-01);
INSERT INTO "attempts" VALUES('gxr2uxpp64','scrape giffgaff',1,1,1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}',0.0857429809984751);
INSERT INTO "attempts" VALUES('gxr2uxpp64','scrape smarty',1,1,1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,2.24945090012624859809e-02);
INSERT INTO "attempts" VALUES('mn9ujez3j4','count plans',1,1,1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,7.06350001564715e-05);
INSERT INTO "attempts" VALUES('mn9ujez3j4','scrape acme',1,1,1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,2.18622461001359624788e-01);
INSERT INTO "attempts" VALUES('mn9ujez3j4','scrape giffgaff',1,1,1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,0.222022324000136);
INSERT INTO "attempts" VALUES('mn9ujez3j4','scrape smarty',1,1,1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,2.04722161000972846522e-01);
INSERT INTO "attempts" VALUES('nvrvefgzah','count plans',1,1,1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,5.64550027775112539529e-05);
INSERT INTO "attempts" VALUES('nvrvefgzah','scrape acme',1,1,1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,2.94354639991070143878e-02);
INSERT INTO "attempts" VALUES('nvrvefgzah','scrape giffgaff',1,1,1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,1.54292570005054585635e-02);
INSERT INTO "attempts" VALUES('nvrvefgzah','scrape smarty',1,1,1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,2.7443448001577053219e-02);
INSERT INTO "attempts" VALUES('y03sye5yrn','count plans',1,1,1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,5.18369997735135257244e-05);
INSERT INTO "attempts" VALUES('y03sye5yrn','scrape acme',1,1,1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,2.86595990000932943075e-02);
INSERT INTO "attempts" VALUES('y03sye5yrn','scrape giffgaff',1,1,1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}',2.47212239992222748696e-02);
INSERT INTO "attempts" VALUES('y03sye5yrn','scrape smarty',1,1,1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,2.12150520019349642097e-02);
CREATE TABLE captures (
        capture_id INTEGER PRIMARY KEY,
        job_id TEXT,
        source TEXT NOT NULL,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        charset TEXT NOT NULL,
        media_type TEXT NOT NULL
    , etag TEXT, last_modified TEXT) STRICT
    ;
INSERT INTO "captures" VALUES(1,'b92aqx80z8','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-23T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(2,'b92aqx80z8','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-23T06:15:00.000Z','02187a96568bc8ef6f81797a2b0fb77aa6079c2276b7e358c06eccef96064d8c',1817,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(3,'b92aqx80z8','acme','page-1','https://www.acme.example/sim-only','2026-11-23T06:15:00.000Z','e1c010535c9e7fda4ae720fd3124ec262546d0f72fd79c24035be036e27bb38a',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(4,'0kv592yxjq','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-24T06:15:00.000Z','0a2e703c0c6fe44928a13c0c810c4f49c74ef06ae4c8ce9c7c6a66a0a13ac3ed',1818,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(5,'0kv592yxjq','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-24T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(6,'0kv592yxjq','acme','page-1','https://www.acme.example/sim-only','2026-11-24T06:15:00.000Z','db3e96216ab05332f1a48237d0ddd5edb9b6830a6205309dabe8c1c2c4106b79',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(7,'9awfzf3ad5','acme','page-1','https://www.acme.example/sim-only','2026-11-25T06:15:00.000Z','61bac138ed68becfa89ae4f705658291e6b5743b10f67349e0a361a704854039',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(8,'9awfzf3ad5','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-25T06:15:00.000Z','02187a96568bc8ef6f81797a2b0fb77aa6079c2276b7e358c06eccef96064d8c',1817,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(9,'9awfzf3ad5','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-25T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(10,'mn9ujez3j4','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-26T06:15:00.000Z','0a2e703c0c6fe44928a13c0c810c4f49c74ef06ae4c8ce9c7c6a66a0a13ac3ed',1818,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(11,'mn9ujez3j4','acme','page-1','https://www.acme.example/sim-only','2026-11-26T06:15:00.000Z','652a83cdbe6beb63c4ae23df54608435890ad93bb693d67793a90428b413f4fd',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(12,'mn9ujez3j4','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-26T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(13,'723bargax3','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-27T06:15:00.000Z','02187a96568bc8ef6f81797a2b0fb77aa6079c2276b7e358c06eccef96064d8c',1817,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(14,'723bargax3','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-27T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(15,'723bargax3','acme','page-1','https://www.acme.example/sim-only','2026-11-27T06:15:00.000Z','210ad88f5c0505cbb4ca6b2b88be58b621bc0826fc70e62a3fa5edc439894f89',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(16,'nvrvefgzah','giffgaff','sim-only-deals','https://www.giffgaff.com/sim-only-deals','2026-11-28T06:15:00.000Z','02d8cbac4a2a9483aa2c10ccb16f6238846460a6f51ebdf204330abcfc543900',1592,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(17,'nvrvefgzah','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-28T06:15:00.000Z','0a2e703c0c6fe44928a13c0c810c4f49c74ef06ae4c8ce9c7c6a66a0a13ac3ed',1818,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(18,'nvrvefgzah','acme','page-1','https://www.acme.example/sim-only','2026-11-28T06:15:00.000Z','210ad88f5c0505cbb4ca6b2b88be58b621bc0826fc70e62a3fa5edc439894f89',1101,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(19,'gxr2uxpp64','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-29T06:15:00.000Z','02187a96568bc8ef6f81797a2b0fb77aa6079c2276b7e358c06eccef96064d8c',1817,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(20,'gxr2uxpp64','acme','page-1','https://www.acme.example/sim-only','2026-11-29T06:15:00.000Z','fe4dbcc9ea130580718ea75458fa32ac436eb876f8f4597989418c6659523023',963,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(21,'dsn5atc6n5','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-11-30T06:15:00.000Z','0a2e703c0c6fe44928a13c0c810c4f49c74ef06ae4c8ce9c7c6a66a0a13ac3ed',1818,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(22,'dsn5atc6n5','acme','page-1','https://www.acme.example/sim-only','2026-11-30T06:15:00.000Z','fe4dbcc9ea130580718ea75458fa32ac436eb876f8f4597989418c6659523023',963,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(23,'664t0wxdca','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-12-01T06:15:00.000Z','02187a96568bc8ef6f81797a2b0fb77aa6079c2276b7e358c06eccef96064d8c',1817,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(24,'664t0wxdca','acme','page-1','https://www.acme.example/sim-only','2026-12-01T06:15:00.000Z','fe4dbcc9ea130580718ea75458fa32ac436eb876f8f4597989418c6659523023',963,'utf-8','text/html',NULL,NULL);
INSERT INTO "captures" VALUES(25,'y03sye5yrn','smarty','plans','https://smarty.co.uk/api/v3/plans','2026-12-02T06:15:00.000Z','0a2e703c0c6fe44928a13c0c810c4f49c74ef06ae4c8ce9c7c6a66a0a13ac3ed',1818,'utf-8','application/json',NULL,NULL);
INSERT INTO "captures" VALUES(26,'y03sye5yrn','acme','page-1','https://www.acme.example/sim-only','2026-12-02T06:15:00.000Z','fe4dbcc9ea130580718ea75458fa32ac436eb876f8f4597989418c6659523023',963,'utf-8','text/html',NULL,NULL);
CREATE TABLE changes (
        change_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        kind TEXT NOT NULL,
        before TEXT,
        after TEXT,
        changed_at TEXT NOT NULL,
        job_id TEXT,
        before_version_id INTEGER,
        after_version_id INTEGER
    , is_correction INTEGER NOT NULL DEFAULT 0, told_at TEXT) STRICT
    ;
INSERT INTO "changes" VALUES(1,7,'headline','900','1100','2026-11-24T06:15:00.000Z','0kv592yxjq',7,20,0,'2026-11-24T06:15:00.000Z');
INSERT INTO "changes" VALUES(2,7,'effective','900','1100','2026-11-24T06:15:00.000Z','0kv592yxjq',7,20,0,'2026-11-24T06:15:00.000Z');
INSERT INTO "changes" VALUES(3,13,'headline','1200','1150','2026-11-24T06:15:00.000Z','0kv592yxjq',13,21,0,'2026-11-24T06:15:00.000Z');
INSERT INTO "changes" VALUES(4,13,'effective','1200','1150','2026-11-24T06:15:00.000Z','0kv592yxjq',13,21,0,'2026-11-24T06:15:00.000Z');
INSERT INTO "changes" VALUES(5,13,'headline','1150','1100','2026-11-25T06:15:00.000Z','9awfzf3ad5',21,22,0,'2026-11-25T06:15:00.000Z');
INSERT INTO "changes" VALUES(6,13,'effective','1150','1100','2026-11-25T06:15:00.000Z','9awfzf3ad5',21,22,0,'2026-11-25T06:15:00.000Z');
INSERT INTO "changes" VALUES(7,7,'headline','1100','900','2026-11-25T06:15:00.000Z','9awfzf3ad5',20,23,0,'2026-11-25T06:15:00.000Z');
INSERT INTO "changes" VALUES(8,7,'effective','1100','900','2026-11-25T06:15:00.000Z','9awfzf3ad5',20,23,0,'2026-11-25T06:15:00.000Z');
INSERT INTO "changes" VALUES(9,7,'headline','900','1100','2026-11-26T06:15:00.000Z','mn9ujez3j4',23,24,0,'2026-11-26T06:15:00.000Z');
INSERT INTO "changes" VALUES(10,7,'effective','900','1100','2026-11-26T06:15:00.000Z','mn9ujez3j4',23,24,0,'2026-11-26T06:15:00.000Z');
INSERT INTO "changes" VALUES(11,13,'headline','1100','1050','2026-11-26T06:15:00.000Z','mn9ujez3j4',22,25,0,'2026-11-26T06:15:00.000Z');
INSERT INTO "changes" VALUES(12,13,'effective','1100','1050','2026-11-26T06:15:00.000Z','mn9ujez3j4',22,25,0,'2026-11-26T06:15:00.000Z');
INSERT INTO "changes" VALUES(13,7,'headline','1100','900','2026-11-27T06:15:00.000Z','723bargax3',24,26,0,'2026-11-27T06:15:00.000Z');
INSERT INTO "changes" VALUES(14,7,'effective','1100','900','2026-11-27T06:15:00.000Z','723bargax3',24,26,0,'2026-11-27T06:15:00.000Z');
INSERT INTO "changes" VALUES(15,13,'headline','1050','1000','2026-11-27T06:15:00.000Z','723bargax3',25,27,0,'2026-11-27T06:15:00.000Z');
INSERT INTO "changes" VALUES(16,13,'effective','1050','1000','2026-11-27T06:15:00.000Z','723bargax3',25,27,0,'2026-11-27T06:15:00.000Z');
INSERT INTO "changes" VALUES(17,7,'headline','900','1100','2026-11-28T06:15:00.000Z','nvrvefgzah',26,28,0,'2026-11-28T06:15:00.000Z');
INSERT INTO "changes" VALUES(18,7,'effective','900','1100','2026-11-28T06:15:00.000Z','nvrvefgzah',26,28,0,'2026-11-28T06:15:00.000Z');
INSERT INTO "changes" VALUES(19,7,'headline','1100','900','2026-11-29T06:15:00.000Z','gxr2uxpp64',28,29,0,'2026-11-29T06:15:00.000Z');
INSERT INTO "changes" VALUES(20,7,'effective','1100','900','2026-11-29T06:15:00.000Z','gxr2uxpp64',28,29,0,'2026-11-29T06:15:00.000Z');
INSERT INTO "changes" VALUES(21,7,'headline','900','1100','2026-11-30T06:15:00.000Z','dsn5atc6n5',29,30,0,'2026-11-30T06:15:00.000Z');
INSERT INTO "changes" VALUES(22,7,'effective','900','1100','2026-11-30T06:15:00.000Z','dsn5atc6n5',29,30,0,'2026-11-30T06:15:00.000Z');
INSERT INTO "changes" VALUES(23,14,'withdrawn','1800','null','2026-11-30T06:15:00.000Z','dsn5atc6n5',14,NULL,0,'2026-11-30T06:15:00.000Z');
INSERT INTO "changes" VALUES(24,7,'headline','1100','900','2026-12-01T06:15:00.000Z','664t0wxdca',30,31,0,'2026-12-01T06:15:00.000Z');
INSERT INTO "changes" VALUES(25,7,'effective','1100','900','2026-12-01T06:15:00.000Z','664t0wxdca',30,31,0,'2026-12-01T06:15:00.000Z');
INSERT INTO "changes" VALUES(26,7,'headline','900','1100','2026-12-02T06:15:00.000Z','y03sye5yrn',31,32,0,'2026-12-02T06:15:00.000Z');
INSERT INTO "changes" VALUES(27,7,'effective','900','1100','2026-12-02T06:15:00.000Z','y03sye5yrn',31,32,0,'2026-12-02T06:15:00.000Z');
CREATE TABLE jobs (
        job_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT,
        params TEXT NOT NULL,
        context TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'pending' CHECK (
            status IN ('pending', 'running', 'completed', 'partial', 'failed', 'cancelled')),
        generation INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        resumes INTEGER NOT NULL DEFAULT 0,
        max_resumes INTEGER NOT NULL,
        worker_pid INTEGER,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        result TEXT,
        error TEXT
    , launched INTEGER NOT NULL DEFAULT 0, queued_at TEXT, parallel_steps INTEGER, expected_s REAL, stalled_at TEXT, turn INTEGER, told_generation INTEGER) STRICT
    ;
INSERT INTO "jobs" VALUES('b92aqx80z8','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 7, "new": 7, "withdrawn": 0, "changed": 0, "duration_s": 0.071, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 6, "withdrawn": 0, "changed": 0, "duration_s": 0.061, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "ok", "plans": 6, "new": 6, "withdrawn": 0, "changed": 0, "duration_s": 0.056, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-23T06:15:00.000Z',NULL,NULL,NULL,1,1);
INSERT INTO "jobs" VALUES('0kv592yxjq','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 7, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.034, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.009, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.015, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-24T06:15:00.000Z',NULL,NULL,NULL,2,1);
INSERT INTO "jobs" VALUES('9awfzf3ad5','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 7, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.014, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.019, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.028, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-25T06:15:00.000Z',NULL,NULL,NULL,3,1);
INSERT INTO "jobs" VALUES('mn9ujez3j4','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 7, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.218, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.203, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.14, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-26T06:15:00.000Z',NULL,NULL,NULL,4,1);
INSERT INTO "jobs" VALUES('723bargax3','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 7, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.074, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.02, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.015, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-27T06:15:00.000Z',NULL,NULL,NULL,5,1);
INSERT INTO "jobs" VALUES('nvrvefgzah','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','completed',1,1,0,3,NULL,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "unchanged", "plans": 7, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.023, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.025, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.011, "error": null, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-28T06:15:00.000Z',NULL,NULL,NULL,6,1);
INSERT INTO "jobs" VALUES('gxr2uxpp64','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','partial',1,1,0,3,NULL,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.206, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.02, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "network", "plans": 0, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.28, "error": {"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}, "flags": [], "alarms": []}], "plans_total": 19}',NULL,0,'2026-11-29T06:15:00.000Z',NULL,NULL,NULL,7,1);
INSERT INTO "jobs" VALUES('dsn5atc6n5','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','partial',1,1,0,3,NULL,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 1, "changed": 0, "duration_s": 0.025, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.023, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "network", "plans": 0, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.018, "error": {"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}, "flags": [], "alarms": [{"kind": "broken", "message": "giffgaff failed 2 times in a row, now network: https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error"}]}], "plans_total": 18}',NULL,0,'2026-11-30T06:15:00.000Z',NULL,NULL,NULL,8,1);
INSERT INTO "jobs" VALUES('664t0wxdca','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','partial',1,1,0,3,NULL,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.032, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.017, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "network", "plans": 0, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.016, "error": {"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}, "flags": [], "alarms": []}], "plans_total": 18}',NULL,0,'2026-12-01T06:15:00.000Z',NULL,NULL,NULL,9,1);
INSERT INTO "jobs" VALUES('y03sye5yrn','scrape',NULL,'{"sources": ["acme", "smarty", "giffgaff"]}','{}','partial',1,1,0,3,NULL,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z','{"sources": [{"source": "acme", "outcome": "unchanged", "plans": 6, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.028, "error": null, "flags": [], "alarms": []}, {"source": "smarty", "outcome": "ok", "plans": 6, "new": 0, "withdrawn": 0, "changed": 1, "duration_s": 0.016, "error": null, "flags": [], "alarms": []}, {"source": "giffgaff", "outcome": "network", "plans": 0, "new": 0, "withdrawn": 0, "changed": 0, "duration_s": 0.026, "error": {"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}, "flags": [], "alarms": []}], "plans_total": 18}',NULL,0,'2026-12-02T06:15:00.000Z',NULL,NULL,NULL,10,1);
CREATE TABLE ledger_info (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE messages (
        message_id INTEGER PRIMARY KEY,
        recipient TEXT NOT NULL,
        about TEXT NOT NULL,
        job_id TEXT,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (
            state IN ('pending', 'sending', 'sent', 'given_up')),
        attempts INTEGER NOT NULL DEFAULT 0,
        doubts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        sent_at TEXT,
        error TEXT, severity TEXT NOT NULL DEFAULT 'info' CHECK (severity IN ('info', 'success', 'warning', 'failure')),
        UNIQUE (recipient, about)
    ) STRICT
    ;
INSERT INTO "messages" VALUES(1,'default','job:0kv592yxjq:1','0kv592yxjq','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £9.00 → £11.00 a month (+22 %)','sent',1,0,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(2,'default','job:9awfzf3ad5:1','9awfzf3ad5','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £11.00 → £9.00 a month (−18 %)','sent',1,0,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(3,'default','job:mn9ujez3j4:1','mn9ujez3j4','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £9.00 → £11.00 a month (+22 %)','sent',1,0,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(4,'default','job:723bargax3:1','723bargax3','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £11.00 → £9.00 a month (−18 %)','sent',1,0,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(5,'default','job:nvrvefgzah:1','nvrvefgzah','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £9.00 → £11.00 a month (+22 %)','sent',1,0,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(6,'default','job:gxr2uxpp64:1','gxr2uxpp64','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £11.00 → £9.00 a month (−18 %)','sent',1,0,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(7,'default','job:dsn5atc6n5:1','dsn5atc6n5','planwatch: giffgaff is broken, 2 plans changed','Sources:
- giffgaff failed 2 times in a row, now network: https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error; last good data from 28 November 2026

Changes:
- SMARTY Lite 12GB: headline price £9.00 → £11.00 a month (+22 %)
- Acme Mobile Lite 15GB (unverified): withdrawn, was £18.00 a month','sent',1,0,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,'warning');
INSERT INTO "messages" VALUES(8,'default','job:664t0wxdca:1','664t0wxdca','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £11.00 → £9.00 a month (−18 %)','sent',1,0,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,'info');
INSERT INTO "messages" VALUES(9,'default','job:y03sye5yrn:1','y03sye5yrn','planwatch: 1 plan changed','Changes:
- SMARTY Lite 12GB: headline price £9.00 → £11.00 a month (+22 %)','sent',1,0,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'info');
CREATE TABLE model_answers (
        answer_id INTEGER PRIMARY KEY,
        answer_key TEXT NOT NULL,
        job_id TEXT,
        purpose TEXT NOT NULL,
        host TEXT NOT NULL,
        model TEXT NOT NULL,
        dialect TEXT,
        asked_at TEXT NOT NULL,
        answered_at TEXT,
        text TEXT,
        raw TEXT,
        finish_reason TEXT,
        prompt_tokens INTEGER,
        answer_tokens INTEGER,
        latency_s REAL,
        cost_millionths INTEGER NOT NULL,
        error TEXT
    ) STRICT
    ;
CREATE TABLE offers (
        offer_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        offer_key TEXT NOT NULL,
        url TEXT,
        verified INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        withdrawn_at TEXT,
        content TEXT NOT NULL,
        UNIQUE (plan_id, offer_key)
    ) STRICT
    ;
INSERT INTO "offers" VALUES(1,1,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 12 GB for £15.00 - 18 Month Contract","allowance":{"data_mb":12000,"unlimited":false},"term_months":18,"price_pence":1500,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(2,2,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 21 GB for £9.00 - 18 Month Contract","allowance":{"data_mb":21000,"unlimited":false},"term_months":18,"price_pence":900,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(3,3,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 32 GB for £10.10 - 18 Month Contract","allowance":{"data_mb":32000,"unlimited":false},"term_months":18,"price_pence":1010,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(4,4,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 43 GB for £11.20 - 18 Month Contract","allowance":{"data_mb":43000,"unlimited":false},"term_months":18,"price_pence":1120,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(5,5,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 54 GB for £12.30 - 18 Month Contract","allowance":{"data_mb":54000,"unlimited":false},"term_months":18,"price_pence":1230,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(6,6,'/','https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"name":"giffgaff SIM - 65 GB for £13.40 - 18 Month Contract","allowance":{"data_mb":65000,"unlimited":false},"term_months":18,"price_pence":1340,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(7,7,'/','https://smarty.co.uk/plans/12gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "offers" VALUES(8,8,'/','https://smarty.co.uk/plans/21gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 21GB","allowance":{"data_mb":21000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_21GB"}');
INSERT INTO "offers" VALUES(9,9,'/','https://smarty.co.uk/plans/32gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 32GB","allowance":{"data_mb":32000,"unlimited":false},"term_months":1,"price_pence":1010,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_32GB"}');
INSERT INTO "offers" VALUES(10,10,'/','https://smarty.co.uk/plans/43gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 43GB","allowance":{"data_mb":43000,"unlimited":false},"term_months":1,"price_pence":1120,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_43GB"}');
INSERT INTO "offers" VALUES(11,11,'/','https://smarty.co.uk/plans/54gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 54GB","allowance":{"data_mb":54000,"unlimited":false},"term_months":1,"price_pence":1230,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_54GB"}');
INSERT INTO "offers" VALUES(12,12,'/','https://smarty.co.uk/plans/65gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 65GB","allowance":{"data_mb":65000,"unlimited":false},"term_months":1,"price_pence":1340,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_65GB"}');
INSERT INTO "offers" VALUES(13,13,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1000,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(14,14,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z','2026-11-30T06:15:00.000Z','{"name":"Lite 15GB","allowance":{"data_mb":15000,"unlimited":false},"term_months":12,"price_pence":1800,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(15,15,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 21GB","allowance":{"data_mb":21000,"unlimited":false},"term_months":12,"price_pence":900,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(16,16,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 32GB","allowance":{"data_mb":32000,"unlimited":false},"term_months":12,"price_pence":1010,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(17,17,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 43GB","allowance":{"data_mb":43000,"unlimited":false},"term_months":12,"price_pence":1120,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(18,18,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 54GB","allowance":{"data_mb":54000,"unlimited":false},"term_months":12,"price_pence":1230,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "offers" VALUES(19,19,'/','https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"name":"Plus 65GB","allowance":{"data_mb":65000,"unlimited":false},"term_months":12,"price_pence":1340,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
CREATE TABLE plan_versions (
        version_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures ON DELETE SET NULL,
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        variant TEXT NOT NULL,
        data_mb INTEGER,
        term_months INTEGER NOT NULL,
        price_pence INTEGER NOT NULL,
        list_price_pence INTEGER,
        promo_months INTEGER,
        effective_pence INTEGER NOT NULL,
        content TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "plan_versions" VALUES(1,1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'419dc232547d9fbf41938e53c1be217a','giffgaff SIM - 12 GB for £15.00 - 18 Month Contract','',12000,18,1500,NULL,NULL,1500,'{"name":"giffgaff SIM - 12 GB for £15.00 - 18 Month Contract","allowance":{"data_mb":12000,"unlimited":false},"term_months":18,"price_pence":1500,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(2,2,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'46f0d76e33b162774e72ab603dfad0bb','giffgaff SIM - 21 GB for £9.00 - 18 Month Contract','',21000,18,900,NULL,NULL,900,'{"name":"giffgaff SIM - 21 GB for £9.00 - 18 Month Contract","allowance":{"data_mb":21000,"unlimited":false},"term_months":18,"price_pence":900,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(3,3,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'d95e8be30a501dbbb40288dc7442ada4','giffgaff SIM - 32 GB for £10.10 - 18 Month Contract','',32000,18,1010,NULL,NULL,1010,'{"name":"giffgaff SIM - 32 GB for £10.10 - 18 Month Contract","allowance":{"data_mb":32000,"unlimited":false},"term_months":18,"price_pence":1010,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(4,4,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'3a3e04feaf89b238e702b4cc57c40ff5','giffgaff SIM - 43 GB for £11.20 - 18 Month Contract','',43000,18,1120,NULL,NULL,1120,'{"name":"giffgaff SIM - 43 GB for £11.20 - 18 Month Contract","allowance":{"data_mb":43000,"unlimited":false},"term_months":18,"price_pence":1120,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(5,5,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'d39d8e11026d6be5d9293ff4dc47fd4f','giffgaff SIM - 54 GB for £12.30 - 18 Month Contract','',54000,18,1230,NULL,NULL,1230,'{"name":"giffgaff SIM - 54 GB for £12.30 - 18 Month Contract","allowance":{"data_mb":54000,"unlimited":false},"term_months":18,"price_pence":1230,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(6,6,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',1,'3b05f713e536e44a2ae5af3929592b32','giffgaff SIM - 65 GB for £13.40 - 18 Month Contract','',65000,18,1340,NULL,NULL,1340,'{"name":"giffgaff SIM - 65 GB for £13.40 - 18 Month Contract","allowance":{"data_mb":65000,"unlimited":false},"term_months":18,"price_pence":1340,"minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(7,7,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',2,'e7a827a75571590c8ead14bf6c87cbd3','Lite 12GB','classic',12000,1,900,NULL,NULL,900,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(8,8,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',2,'3e9e7edec72fc7bf40ec6ae1876ee1b1','Plus 21GB','classic',21000,1,900,NULL,NULL,900,'{"name":"Plus 21GB","allowance":{"data_mb":21000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_21GB"}');
INSERT INTO "plan_versions" VALUES(9,9,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',2,'307c99cf13b36d5914e9904bde6fa865','Plus 32GB','classic',32000,1,1010,NULL,NULL,1010,'{"name":"Plus 32GB","allowance":{"data_mb":32000,"unlimited":false},"term_months":1,"price_pence":1010,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_32GB"}');
INSERT INTO "plan_versions" VALUES(10,10,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',2,'5604cfb2f99e22516c8c81e01cc394ee','Plus 43GB','classic',43000,1,1120,NULL,NULL,1120,'{"name":"Plus 43GB","allowance":{"data_mb":43000,"unlimited":false},"term_months":1,"price_pence":1120,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_43GB"}');
INSERT INTO "plan_versions" VALUES(11,11,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',2,'346f3f68a5bc267906ba44e1d9a70395','Plus 54GB','classic',54000,1,1230,NULL,NULL,1230,'{"name":"Plus 54GB","allowance":{"data_mb":54000,"unlimited":false},"term_months":1,"price_pence":1230,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_54GB"}');
INSERT INTO "plan_versions" VALUES(12,12,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',2,'faf267c7593beb4b09f2b287cac57cd9','Plus 65GB','classic',65000,1,1340,NULL,NULL,1340,'{"name":"Plus 65GB","allowance":{"data_mb":65000,"unlimited":false},"term_months":1,"price_pence":1340,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Plus_65GB"}');
INSERT INTO "plan_versions" VALUES(13,13,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',3,'17b0668561abfea67e8e2f9453294ae7','Lite 12GB','Lite',12000,12,1200,NULL,NULL,1200,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1200,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(14,14,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',3,'5523147aa5a2954245553188ab2f23ff','Lite 15GB','Lite',15000,12,1800,NULL,NULL,1800,'{"name":"Lite 15GB","allowance":{"data_mb":15000,"unlimited":false},"term_months":12,"price_pence":1800,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(15,15,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',3,'555d09982b548fffea0beb6e0cc133d1','Plus 21GB','Plus',21000,12,900,NULL,NULL,900,'{"name":"Plus 21GB","allowance":{"data_mb":21000,"unlimited":false},"term_months":12,"price_pence":900,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(16,16,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',3,'9234bd8b1f22437845f8924080de9e7b','Plus 32GB','Plus',32000,12,1010,NULL,NULL,1010,'{"name":"Plus 32GB","allowance":{"data_mb":32000,"unlimited":false},"term_months":12,"price_pence":1010,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(17,17,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',3,'591bf45c09b3f3a807c26b4113a7c586','Plus 43GB','Plus',43000,12,1120,NULL,NULL,1120,'{"name":"Plus 43GB","allowance":{"data_mb":43000,"unlimited":false},"term_months":12,"price_pence":1120,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(18,18,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',3,'89e02177411a8593a593710910658512','Plus 54GB','Plus',54000,12,1230,NULL,NULL,1230,'{"name":"Plus 54GB","allowance":{"data_mb":54000,"unlimited":false},"term_months":12,"price_pence":1230,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(19,19,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',3,'251968ef25c1ece72be7e3bed130361e','Plus 65GB','Plus',65000,12,1340,NULL,NULL,1340,'{"name":"Plus 65GB","allowance":{"data_mb":65000,"unlimited":false},"term_months":12,"price_pence":1340,"variant":"Plus","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(20,7,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',4,'70eeedd950161dda9c9a62e9c29920ca','Lite 12GB','classic',12000,1,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(21,13,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',6,'6ef5312af4a81a1c18ed25da61538d99','Lite 12GB','Lite',12000,12,1150,NULL,NULL,1150,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1150,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(22,13,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',7,'d9377d580582f3b3202198776af5e6d1','Lite 12GB','Lite',12000,12,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1100,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(23,7,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',8,'e7a827a75571590c8ead14bf6c87cbd3','Lite 12GB','classic',12000,1,900,NULL,NULL,900,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(24,7,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',10,'70eeedd950161dda9c9a62e9c29920ca','Lite 12GB','classic',12000,1,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(25,13,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',11,'154999223d9f713596a04f047da53377','Lite 12GB','Lite',12000,12,1050,NULL,NULL,1050,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1050,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(26,7,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',13,'e7a827a75571590c8ead14bf6c87cbd3','Lite 12GB','classic',12000,1,900,NULL,NULL,900,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(27,13,'2026-11-27T06:15:00.000Z','2026-12-02T06:15:00.000Z',15,'bdaf43750a4ee3e0519db993112b35f0','Lite 12GB','Lite',12000,12,1000,NULL,NULL,1000,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":12,"price_pence":1000,"variant":"Lite","minutes":"unlimited","texts":"unlimited"}');
INSERT INTO "plan_versions" VALUES(28,7,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',17,'70eeedd950161dda9c9a62e9c29920ca','Lite 12GB','classic',12000,1,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(29,7,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',19,'e7a827a75571590c8ead14bf6c87cbd3','Lite 12GB','classic',12000,1,900,NULL,NULL,900,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(30,7,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',21,'70eeedd950161dda9c9a62e9c29920ca','Lite 12GB','classic',12000,1,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(31,7,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',23,'e7a827a75571590c8ead14bf6c87cbd3','Lite 12GB','classic',12000,1,900,NULL,NULL,900,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":900,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
INSERT INTO "plan_versions" VALUES(32,7,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',25,'70eeedd950161dda9c9a62e9c29920ca','Lite 12GB','classic',12000,1,1100,NULL,NULL,1100,'{"name":"Lite 12GB","allowance":{"data_mb":12000,"unlimited":false},"term_months":1,"price_pence":1100,"variant":"classic","minutes":"unlimited","texts":"unlimited","source_ref":"SM_Lite_12GB"}');
CREATE TABLE plans (
        plan_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        plan_key TEXT NOT NULL,
        brand TEXT NOT NULL,
        version_id INTEGER REFERENCES plan_versions DEFERRABLE INITIALLY DEFERRED,
        source_ref TEXT,
        url TEXT,
        verified INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        absences INTEGER NOT NULL DEFAULT 0,
        withdrawn_at TEXT,
        effective_pence INTEGER NOT NULL,
        exit_price_pence INTEGER NOT NULL,
        UNIQUE (source, plan_key)
    ) STRICT
    ;
INSERT INTO "plans" VALUES(1,'giffgaff','giffgaff-12gb-18m','giffgaff',1,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,1500,1500);
INSERT INTO "plans" VALUES(2,'giffgaff','giffgaff-21gb-18m','giffgaff',2,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,900,900);
INSERT INTO "plans" VALUES(3,'giffgaff','giffgaff-32gb-18m','giffgaff',3,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,1010,1010);
INSERT INTO "plans" VALUES(4,'giffgaff','giffgaff-43gb-18m','giffgaff',4,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,1120,1120);
INSERT INTO "plans" VALUES(5,'giffgaff','giffgaff-54gb-18m','giffgaff',5,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,1230,1230);
INSERT INTO "plans" VALUES(6,'giffgaff','giffgaff-65gb-18m','giffgaff',6,NULL,'https://www.giffgaff.com/sim-only-deals',1,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',0,NULL,1340,1340);
INSERT INTO "plans" VALUES(7,'smarty','smarty-12gb-1m-classic','SMARTY',32,'SM_Lite_12GB','https://smarty.co.uk/plans/12gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1100,1100);
INSERT INTO "plans" VALUES(8,'smarty','smarty-21gb-1m-classic','SMARTY',8,'SM_Plus_21GB','https://smarty.co.uk/plans/21gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,900,900);
INSERT INTO "plans" VALUES(9,'smarty','smarty-32gb-1m-classic','SMARTY',9,'SM_Plus_32GB','https://smarty.co.uk/plans/32gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1010,1010);
INSERT INTO "plans" VALUES(10,'smarty','smarty-43gb-1m-classic','SMARTY',10,'SM_Plus_43GB','https://smarty.co.uk/plans/43gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1120,1120);
INSERT INTO "plans" VALUES(11,'smarty','smarty-54gb-1m-classic','SMARTY',11,'SM_Plus_54GB','https://smarty.co.uk/plans/54gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1230,1230);
INSERT INTO "plans" VALUES(12,'smarty','smarty-65gb-1m-classic','SMARTY',12,'SM_Plus_65GB','https://smarty.co.uk/plans/65gb',1,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1340,1340);
INSERT INTO "plans" VALUES(13,'acme','acme-mobile-12gb-12m-lite','Acme Mobile',27,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1000,1000);
INSERT INTO "plans" VALUES(14,'acme','acme-mobile-15gb-12m-lite','Acme Mobile',14,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-11-28T06:15:00.000Z',2,'2026-11-30T06:15:00.000Z',1800,1800);
INSERT INTO "plans" VALUES(15,'acme','acme-mobile-21gb-12m-plus','Acme Mobile',15,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,900,900);
INSERT INTO "plans" VALUES(16,'acme','acme-mobile-32gb-12m-plus','Acme Mobile',16,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1010,1010);
INSERT INTO "plans" VALUES(17,'acme','acme-mobile-43gb-12m-plus','Acme Mobile',17,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1120,1120);
INSERT INTO "plans" VALUES(18,'acme','acme-mobile-54gb-12m-plus','Acme Mobile',18,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1230,1230);
INSERT INTO "plans" VALUES(19,'acme','acme-mobile-65gb-12m-plus','Acme Mobile',19,NULL,'https://www.acme.example/sim-only',0,'2026-11-23T06:15:00.000Z','2026-12-02T06:15:00.000Z',0,NULL,1340,1340);
CREATE TABLE source_runs (
        run_id INTEGER PRIMARY KEY,
        job_id TEXT,
        source TEXT NOT NULL,
        outcome TEXT NOT NULL,
        plans INTEGER NOT NULL,
        checked_at TEXT NOT NULL,
        error TEXT
    , flags TEXT NOT NULL DEFAULT '[]', detail TEXT) STRICT
    ;
INSERT INTO "source_runs" VALUES(1,'b92aqx80z8','giffgaff','ok',6,'2026-11-23T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":0.0}}');
INSERT INTO "source_runs" VALUES(2,'b92aqx80z8','smarty','ok',6,'2026-11-23T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null}}');
INSERT INTO "source_runs" VALUES(3,'b92aqx80z8','acme','ok',7,'2026-11-23T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":7,"read":1.0,"rises":0.0}}');
INSERT INTO "source_runs" VALUES(4,'0kv592yxjq','smarty','ok',6,'2026-11-24T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null}}');
INSERT INTO "source_runs" VALUES(5,'0kv592yxjq','giffgaff','unchanged',6,'2026-11-24T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(6,'0kv592yxjq','acme','ok',7,'2026-11-24T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":7,"read":1.0,"rises":0.0}}');
INSERT INTO "source_runs" VALUES(7,'9awfzf3ad5','acme','ok',7,'2026-11-25T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":7,"read":1.0,"rises":0.0}}');
INSERT INTO "source_runs" VALUES(8,'9awfzf3ad5','smarty','ok',6,'2026-11-25T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null}}');
INSERT INTO "source_runs" VALUES(9,'9awfzf3ad5','giffgaff','unchanged',6,'2026-11-25T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(10,'mn9ujez3j4','smarty','ok',6,'2026-11-26T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(11,'mn9ujez3j4','acme','ok',7,'2026-11-26T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":7,"read":1.0,"rises":0.0},"usual_plans":7}');
INSERT INTO "source_runs" VALUES(12,'mn9ujez3j4','giffgaff','unchanged',6,'2026-11-26T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(13,'723bargax3','smarty','ok',6,'2026-11-27T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6.0}');
INSERT INTO "source_runs" VALUES(14,'723bargax3','giffgaff','unchanged',6,'2026-11-27T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(15,'723bargax3','acme','ok',7,'2026-11-27T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":7,"read":1.0,"rises":0.0},"usual_plans":7.0}');
INSERT INTO "source_runs" VALUES(16,'nvrvefgzah','giffgaff','unchanged',6,'2026-11-28T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(17,'nvrvefgzah','smarty','ok',6,'2026-11-28T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(18,'nvrvefgzah','acme','unchanged',7,'2026-11-28T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(19,'gxr2uxpp64','smarty','ok',6,'2026-11-29T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(20,'gxr2uxpp64','acme','ok',6,'2026-11-29T06:15:00.000Z',NULL,'[]','{"coverage":{"cards":6,"read":1.0,"rises":0.0},"usual_plans":7}');
INSERT INTO "source_runs" VALUES(21,'gxr2uxpp64','giffgaff','network',0,'2026-11-29T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}','[]',NULL);
INSERT INTO "source_runs" VALUES(22,'dsn5atc6n5','giffgaff','network',0,'2026-11-30T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}','[]',NULL);
INSERT INTO "source_runs" VALUES(23,'dsn5atc6n5','smarty','ok',6,'2026-11-30T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(24,'dsn5atc6n5','acme','unchanged',6,'2026-11-30T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(25,'664t0wxdca','giffgaff','network',0,'2026-12-01T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}','[]',NULL);
INSERT INTO "source_runs" VALUES(26,'664t0wxdca','smarty','ok',6,'2026-12-01T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(27,'664t0wxdca','acme','unchanged',6,'2026-12-01T06:15:00.000Z',NULL,'[]',NULL);
INSERT INTO "source_runs" VALUES(28,'y03sye5yrn','smarty','ok',6,'2026-12-02T06:15:00.000Z',NULL,'[]','{"miner":{"found":6,"fault":null,"agreement":1.0,"unverified":[]},"coverage":{"cards":6,"read":1.0,"rises":null},"usual_plans":6}');
INSERT INTO "source_runs" VALUES(29,'y03sye5yrn','giffgaff','network',0,'2026-12-02T06:15:00.000Z','{"code": "http_status", "message": "https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error", "hint": "open the address in a browser; the page may have moved, or the site may be down"}','[]',NULL);
INSERT INTO "source_runs" VALUES(30,'y03sye5yrn','acme','unchanged',6,'2026-12-02T06:15:00.000Z',NULL,'[]',NULL);
CREATE TABLE step_times (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        number INTEGER NOT NULL,
        took_s REAL NOT NULL,
        PRIMARY KEY (kind, name, number)
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE steps (
        job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        name TEXT NOT NULL,
        occurrence INTEGER NOT NULL DEFAULT 1,
        position INTEGER NOT NULL,
        status TEXT NOT NULL DEFAULT 'pending' CHECK (
            status IN ('pending', 'running', 'completed', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        started_at TEXT,
        finished_at TEXT,
        retry_at TEXT,
        value TEXT,
        error TEXT, stage INTEGER, expected_s REAL, usual_s REAL, attempts_before INTEGER NOT NULL DEFAULT 0, fell_back INTEGER NOT NULL DEFAULT 0, paused_at TEXT, lost_s REAL NOT NULL DEFAULT 0,
        PRIMARY KEY (job_id, name, occurrence)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "steps" VALUES('0kv592yxjq','count plans',1,3,'completed',1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('0kv592yxjq','scrape acme',1,0,'completed',1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":7,"new":0,"withdrawn":0,"changed":1,"duration_s":0.034,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('0kv592yxjq','scrape giffgaff',1,2,'completed',1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.015,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('0kv592yxjq','scrape smarty',1,1,'completed',1,'2026-11-24T06:15:00.000Z','2026-11-24T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.009,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('664t0wxdca','count plans',1,3,'completed',1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,'18',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('664t0wxdca','scrape acme',1,0,'completed',1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,'{"source":"acme","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.032,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('664t0wxdca','scrape giffgaff',1,2,'completed',1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"network","plans":0,"new":0,"withdrawn":0,"changed":0,"duration_s":0.016,"error":{"code":"http_status","message":"https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error","hint":"open the address in a browser; the page may have moved, or the site may be down"},"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,1,NULL,0.0);
INSERT INTO "steps" VALUES('664t0wxdca','scrape smarty',1,1,'completed',1,'2026-12-01T06:15:00.000Z','2026-12-01T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.017,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('723bargax3','count plans',1,3,'completed',1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('723bargax3','scrape acme',1,0,'completed',1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":7,"new":0,"withdrawn":0,"changed":1,"duration_s":0.074,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('723bargax3','scrape giffgaff',1,2,'completed',1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.015,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('723bargax3','scrape smarty',1,1,'completed',1,'2026-11-27T06:15:00.000Z','2026-11-27T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.02,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('9awfzf3ad5','count plans',1,3,'completed',1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('9awfzf3ad5','scrape acme',1,0,'completed',1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":7,"new":0,"withdrawn":0,"changed":1,"duration_s":0.014,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('9awfzf3ad5','scrape giffgaff',1,2,'completed',1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.028,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('9awfzf3ad5','scrape smarty',1,1,'completed',1,'2026-11-25T06:15:00.000Z','2026-11-25T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.019,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('b92aqx80z8','count plans',1,3,'completed',1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('b92aqx80z8','scrape acme',1,0,'completed',1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":7,"new":7,"withdrawn":0,"changed":0,"duration_s":0.071,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('b92aqx80z8','scrape giffgaff',1,2,'completed',1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"ok","plans":6,"new":6,"withdrawn":0,"changed":0,"duration_s":0.056,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('b92aqx80z8','scrape smarty',1,1,'completed',1,'2026-11-23T06:15:00.000Z','2026-11-23T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":6,"withdrawn":0,"changed":0,"duration_s":0.061,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('dsn5atc6n5','count plans',1,3,'completed',1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,'18',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('dsn5atc6n5','scrape acme',1,0,'completed',1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,'{"source":"acme","outcome":"unchanged","plans":6,"new":0,"withdrawn":1,"changed":0,"duration_s":0.025,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('dsn5atc6n5','scrape giffgaff',1,2,'completed',1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"network","plans":0,"new":0,"withdrawn":0,"changed":0,"duration_s":0.018,"error":{"code":"http_status","message":"https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error","hint":"open the address in a browser; the page may have moved, or the site may be down"},"flags":[],"alarms":[{"kind":"broken","message":"giffgaff failed 2 times in a row, now network: https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error"}]}',NULL,0,NULL,NULL,0,1,NULL,0.0);
INSERT INTO "steps" VALUES('dsn5atc6n5','scrape smarty',1,1,'completed',1,'2026-11-30T06:15:00.000Z','2026-11-30T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.023,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('gxr2uxpp64','count plans',1,3,'completed',1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('gxr2uxpp64','scrape acme',1,0,'completed',1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.206,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('gxr2uxpp64','scrape giffgaff',1,2,'completed',1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"network","plans":0,"new":0,"withdrawn":0,"changed":0,"duration_s":0.28,"error":{"code":"http_status","message":"https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error","hint":"open the address in a browser; the page may have moved, or the site may be down"},"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,1,NULL,0.0);
INSERT INTO "steps" VALUES('gxr2uxpp64','scrape smarty',1,1,'completed',1,'2026-11-29T06:15:00.000Z','2026-11-29T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.02,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('mn9ujez3j4','count plans',1,3,'completed',1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('mn9ujez3j4','scrape acme',1,0,'completed',1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,'{"source":"acme","outcome":"ok","plans":7,"new":0,"withdrawn":0,"changed":1,"duration_s":0.218,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('mn9ujez3j4','scrape giffgaff',1,2,'completed',1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.14,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('mn9ujez3j4','scrape smarty',1,1,'completed',1,'2026-11-26T06:15:00.000Z','2026-11-26T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.203,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('nvrvefgzah','count plans',1,3,'completed',1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'19',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('nvrvefgzah','scrape acme',1,0,'completed',1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"source":"acme","outcome":"unchanged","plans":7,"new":0,"withdrawn":0,"changed":0,"duration_s":0.023,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('nvrvefgzah','scrape giffgaff',1,2,'completed',1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.011,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('nvrvefgzah','scrape smarty',1,1,'completed',1,'2026-11-28T06:15:00.000Z','2026-11-28T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.025,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('y03sye5yrn','count plans',1,3,'completed',1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'18',NULL,1,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('y03sye5yrn','scrape acme',1,0,'completed',1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"source":"acme","outcome":"unchanged","plans":6,"new":0,"withdrawn":0,"changed":0,"duration_s":0.028,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
INSERT INTO "steps" VALUES('y03sye5yrn','scrape giffgaff',1,2,'completed',1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"source":"giffgaff","outcome":"network","plans":0,"new":0,"withdrawn":0,"changed":0,"duration_s":0.026,"error":{"code":"http_status","message":"https://www.giffgaff.com/sim-only-deals: HTTP 500 Internal Server Error","hint":"open the address in a browser; the page may have moved, or the site may be down"},"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,1,NULL,0.0);
INSERT INTO "steps" VALUES('y03sye5yrn','scrape smarty',1,1,'completed',1,'2026-12-02T06:15:00.000Z','2026-12-02T06:15:00.000Z',NULL,'{"source":"smarty","outcome":"ok","plans":6,"new":0,"withdrawn":0,"changed":1,"duration_s":0.016,"error":null,"flags":[],"alarms":[]}',NULL,0,NULL,NULL,0,0,NULL,0.0);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX jobs_by_kind ON jobs (kind);
CREATE INDEX jobs_active ON jobs (status, created_at) WHERE status IN ('pending', 'running')
    ;
CREATE INDEX captures_by_job ON captures (job_id, source);
CREATE INDEX plans_by_brand ON plans (brand);
CREATE INDEX plan_versions_by_plan ON plan_versions (plan_id, first_seen);
CREATE INDEX changes_by_time ON changes (changed_at);
CREATE INDEX changes_by_plan ON changes (plan_id);
CREATE INDEX source_runs_by_source ON source_runs (source, run_id);
CREATE INDEX source_runs_good ON source_runs (source, run_id)
        WHERE outcome IN ('ok', 'unchanged')
    ;
CREATE INDEX source_runs_stored ON source_runs (source, run_id)
        WHERE outcome IN ('ok', 'unchanged', 'partial')
    ;
CREATE INDEX analyses_by_job ON analyses (job_id);
CREATE INDEX analyses_by_plans ON analyses (kind, brands, plans_digest);
CREATE INDEX jobs_by_turn ON jobs (turn);
CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key) WHERE key IS NOT NULL;
CREATE INDEX captures_by_name ON captures (source, name, capture_id);
CREATE INDEX alarms_by_source ON alarms (source, alarm_id);
CREATE INDEX model_answers_by_key ON model_answers (answer_key);
CREATE INDEX model_answers_by_time ON model_answers (asked_at);
CREATE INDEX messages_open ON messages (message_id) WHERE state IN ('pending', 'sending');
CREATE INDEX changes_untold ON changes (change_id) WHERE told_at IS NULL;
CREATE INDEX alarms_untold ON alarms (alarm_id) WHERE told_at IS NULL;
CREATE INDEX jobs_untold ON jobs (turn) WHERE told_generation IS NOT generation;
CREATE VIEW current_plans AS
    SELECT p.brand, p.source, v.name, v.variant, p.plan_key, v.data_mb,
        v.data_mb IS NULL AS unlimited, v.term_months,
        v.price_pence, v.list_price_pence, p.effective_pence, p.exit_price_pence,
        json_extract(v.content, '$.roaming') AS roaming,
        json_extract(v.content, '$.condition') AS condition,
        p.url, p.verified, p.first_seen, p.last_seen, v.first_seen AS unchanged_since
    FROM plans AS p JOIN plan_versions AS v USING (version_id)
    WHERE p.withdrawn_at IS NULL;
CREATE VIEW price_history AS
    SELECT p.brand, p.source, p.plan_key, v.name, v.first_seen, v.last_seen,
        v.price_pence, v.list_price_pence, v.effective_pence, v.data_mb, v.term_months
    FROM plan_versions AS v JOIN plans AS p USING (plan_id)
    ORDER BY p.plan_key, p.source, v.first_seen;
CREATE VIEW source_health AS
    WITH RECURSIVE asked (source) AS (
        SELECT min(source) FROM source_runs
        UNION ALL
        SELECT (SELECT min(r.source) FROM source_runs AS r WHERE r.source > asked.source)
        FROM asked WHERE asked.source IS NOT NULL
    ), newest (run_id, good_id) AS (
        SELECT (SELECT max(r.run_id) FROM source_runs AS r WHERE r.source = asked.source),
            (SELECT max(r.run_id) FROM source_runs AS r
             WHERE r.source = asked.source AND r.outcome IN ('ok', 'unchanged'))
        FROM asked WHERE asked.source IS NOT NULL
    )
    SELECT r.source, r.outcome, r.plans, r.checked_at, r.error, g.checked_at AS last_good_at,
        (SELECT count(*) FROM source_runs AS f
         WHERE f.source = r.source AND f.run_id > coalesce(newest.good_id, 0)
        ) AS failures_in_a_row
    FROM newest JOIN source_runs AS r ON r.run_id = newest.run_id
        LEFT JOIN source_runs AS g ON g.run_id = newest.good_id;
CREATE VIEW recent_changes AS
    SELECT c.changed_at, p.brand, p.source, p.plan_key, c.kind, c.before, c.after, c.job_id
    FROM changes AS c JOIN plans AS p USING (plan_id)
    WHERE NOT c.is_correction
    ORDER BY c.changed_at DESC, c.change_id DESC;
COMMIT;

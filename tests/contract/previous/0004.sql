BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE alerts (
	scope TEXT NOT NULL, 
	period_key TEXT NOT NULL, 
	percent INTEGER NOT NULL, 
	limit_micros BIGINT NOT NULL, 
	used_micros BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (scope, period_key, percent), 
	CONSTRAINT fk_alerts_scope FOREIGN KEY(scope, period_key) REFERENCES scope_periods (scope, period_key)
);
INSERT INTO "alerts" VALUES('channel:T0SANDBOX/C0DESIGN','2026-11-18',50,50000,50000,1795003280000000);
INSERT INTO "alerts" VALUES('channel:T0SANDBOX/C0DESIGN','2026-11-18',80,50000,50000,1795003280000000);
INSERT INTO "alerts" VALUES('channel:T0SANDBOX/C0DESIGN','2026-11-18',100,50000,50000,1795003280000000);
INSERT INTO "alerts" VALUES('user:T0SANDBOX/U0ALICE','2026-11-18',50,1107500,1107500,1795003680000000);
INSERT INTO "alerts" VALUES('user:T0SANDBOX/U0ALICE','2026-11-18',80,1107500,1107500,1795003680000000);
INSERT INTO "alerts" VALUES('user:T0SANDBOX/U0ALICE','2026-11-18',100,1107500,1107500,1795003680000000);
CREATE TABLE budget_changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	team_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	scope TEXT, 
	per TEXT, 
	amount_micros BIGINT, 
	before_micros BIGINT, 
	actor TEXT NOT NULL, 
	reason TEXT, 
	at BIGINT NOT NULL
);
INSERT INTO "budget_changes" VALUES(1,'T0SANDBOX','set','workspace:T0SANDBOX','month',40000000,NULL,'U0CAROL','hard',1795003200000000);
INSERT INTO "budget_changes" VALUES(2,'T0SANDBOX','set','workspace:T0SANDBOX','week',30000000,NULL,'U0CAROL','soft',1795003200000000);
INSERT INTO "budget_changes" VALUES(3,'T0SANDBOX','set','channel:T0SANDBOX/C0DESIGN','day',50000,NULL,'U0CAROL','soft',1795003200000000);
INSERT INTO "budget_changes" VALUES(4,'T0SANDBOX','set','user:T0SANDBOX/U0ALICE','day',600000,NULL,'U0CAROL','hard',1795003200000000);
INSERT INTO "budget_changes" VALUES(5,'T0SANDBOX','set','user:T0SANDBOX/U0ALICE','week',5000000,NULL,'U0CAROL','hard',1795003200000000);
INSERT INTO "budget_changes" VALUES(6,'T0SANDBOX','set','user:T0SANDBOX/U0BOB','month',NULL,NULL,'U0CAROL','hard',1795003200000000);
INSERT INTO "budget_changes" VALUES(7,'T0SANDBOX','set','default:T0SANDBOX','month',8000000,NULL,'U0CAROL','hard',1795003200000000);
INSERT INTO "budget_changes" VALUES(8,'T0SANDBOX','topup','user:T0SANDBOX/U0ALICE','month',1000000,NULL,'U0CAROL',NULL,1795003220000000);
INSERT INTO "budget_changes" VALUES(9,'T0SANDBOX','deny','user:T0SANDBOX/U0ALICE',NULL,880000,NULL,'U0CAROL','deny: too dear',1795003680000000);
INSERT INTO "budget_changes" VALUES(10,'T0SANDBOX','approve','user:T0SANDBOX/U0ALICE',NULL,880000,NULL,'U0CAROL','once',1795003680000000);
CREATE TABLE budget_teams (
	team_id TEXT NOT NULL, 
	tz TEXT NOT NULL, 
	week_start INTEGER NOT NULL, 
	paused_by TEXT, 
	paused_at BIGINT, 
	CONSTRAINT pk_budget_teams PRIMARY KEY (team_id), 
	CONSTRAINT ck_budget_teams_week_start CHECK (week_start BETWEEN 0 AND 6)
);
INSERT INTO "budget_teams" VALUES('T0SANDBOX','Europe/Berlin',6,NULL,NULL);
CREATE TABLE budgets (
	scope TEXT NOT NULL, 
	per TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	limit_micros BIGINT, 
	mode TEXT NOT NULL, 
	created_by TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_budgets PRIMARY KEY (scope, per), 
	CONSTRAINT ck_budgets_per CHECK (per IN ('day', 'week', 'month')), 
	CONSTRAINT ck_budgets_mode CHECK (mode IN ('hard', 'soft')), 
	CONSTRAINT ck_budgets_limit_micros CHECK (limit_micros >= 0)
);
INSERT INTO "budgets" VALUES('workspace:T0SANDBOX','month','T0SANDBOX',40000000,'hard','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('workspace:T0SANDBOX','week','T0SANDBOX',30000000,'soft','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('channel:T0SANDBOX/C0DESIGN','day','T0SANDBOX',50000,'soft','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('user:T0SANDBOX/U0ALICE','day','T0SANDBOX',600000,'hard','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('user:T0SANDBOX/U0ALICE','week','T0SANDBOX',5000000,'hard','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('user:T0SANDBOX/U0BOB','month','T0SANDBOX',NULL,'hard','U0CAROL',1795003200000000,1);
INSERT INTO "budgets" VALUES('default:T0SANDBOX','month','T0SANDBOX',8000000,'hard','U0CAROL',1795003200000000,1);
CREATE TABLE concerns (
	team_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_concerns PRIMARY KEY (team_id, "key")
);
INSERT INTO "concerns" VALUES('T0SANDBOX','overrun|fixture','overrun','{"job": "overrun1", "price": 30000, "estimate": 11000, "scopes": [["channel:T0SANDBOX/C0DESIGN", "2026-11-18", 20000]]}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','doubt|fixture','doubt','{"job": "unknown1", "estimate": 11000, "channel": "C0DESIGN", "user": "U0ALICE"}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','no_price|fixture','no_price','{"size": "9x9", "quality": "low"}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','odd_price|fixture','odd_price','{"job": "shown001", "stated": "-1", "estimate": 11000}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','drift|fixture','drift','{"violations": [["I8", "user:T0SANDBOX/U0BOB 2026-11: off"]], "count": 1}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','clock|fixture','clock','{"seconds": 400}',1795003560000000);
INSERT INTO "concerns" VALUES('T0SANDBOX','digest|fixture','digest','{"start": "2026-11-08T23:00:00+00:00", "end": "2026-11-15T23:00:00+00:00", "tz": "Europe/Berlin", "spent": 20000, "channels": [["C0DESIGN", 20000]], "users": [["U0ALICE", 20000]], "paid": 2, "failed": 0, "average": 10000, "open": 1, "held": 11000, "limit": 40000000, "month_spent": 20000, "used_up": null}',1795003560000000);
CREATE TABLE "drafts" (
	id TEXT NOT NULL, 
	request_key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	ask TEXT NOT NULL, 
	estimate_micros BIGINT NOT NULL, 
	price_version TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	decided_by TEXT, 
	decided_at BIGINT, 
	job_id TEXT, 
	reason TEXT, 
	round INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT ck_drafts_kind CHECK (kind IN ('confirm', 'approval')), 
	CONSTRAINT uq_drafts_request_key UNIQUE (request_key), 
	CONSTRAINT ck_drafts_state CHECK (state IN ('pending', 'asked', 'run', 'denied', 'cancelled', 'expired'))
);
INSERT INTO "drafts" VALUES('confirm1','T0SANDBOX:C0DESIGN:1763000000.000039','confirm','pending','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000039", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": "1763000000.000039"}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called confirm1", "size": {"width": 1024, "height": 1024}, "quality": "low", "format": "png", "n": 1, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": "1763000000.000039", "sources": []}',10000,'afbdc41b4f21',1795003600000000,1795007200000000,NULL,NULL,NULL,NULL,0);
INSERT INTO "drafts" VALUES('overask1','T0SANDBOX:C0DESIGN:1763000000.000040','approval','pending','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000040", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called overask1", "size": {"width": 1024, "height": 1024}, "quality": "low", "format": "png", "n": 1, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',10000,'afbdc41b4f21',1795003620000000,1795090020000000,NULL,NULL,NULL,NULL,0);
INSERT INTO "drafts" VALUES('petition','T0SANDBOX:C0DESIGN:1763000000.000041','approval','asked','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000041", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called petition", "size": {"width": 1024, "height": 1024}, "quality": "high", "format": "png", "n": 4, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',880000,'afbdc41b4f21',1795003640000000,1795090040000000,NULL,NULL,NULL,NULL,0);
INSERT INTO "drafts" VALUES('denied01','T0SANDBOX:C0DESIGN:1763000000.000042','approval','denied','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000042", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called denied01", "size": {"width": 1024, "height": 1024}, "quality": "high", "format": "png", "n": 4, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',880000,'afbdc41b4f21',1795003660000000,1795090060000000,'U0CAROL',1795003680000000,NULL,'too dear',0);
INSERT INTO "drafts" VALUES('approved','T0SANDBOX:C0DESIGN:1763000000.000043','approval','run','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000043", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called approved", "size": {"width": 1024, "height": 1024}, "quality": "high", "format": "png", "n": 4, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',880000,'afbdc41b4f21',1795003680000000,1795090080000000,'U0CAROL',1795003680000000,'approjob',NULL,0);
INSERT INTO "drafts" VALUES('called00','T0SANDBOX:C0DESIGN:1763000000.000044','confirm','cancelled','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000044", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called called00", "size": {"width": 1024, "height": 1024}, "quality": "low", "format": "png", "n": 1, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',10000,'afbdc41b4f21',1795003700000000,1795007300000000,NULL,1795003700000000,NULL,NULL,0);
INSERT INTO "drafts" VALUES('expired0','T0SANDBOX:C0DESIGN:1763000000.000045','confirm','expired','T0SANDBOX','C0DESIGN','U0ALICE','{"request_key": "T0SANDBOX:C0DESIGN:1763000000.000045", "place": {"team_id": "T0SANDBOX", "channel_id": "C0DESIGN", "thread_ts": null}, "user_id": "U0ALICE", "request": {"kind": "generate", "prompt": "a fox called expired0", "size": {"width": 1024, "height": 1024}, "quality": "low", "format": "png", "n": 1, "sources": 0, "has_mask": false}, "notes": ["A note."], "reply_url": null, "parent_id": null, "ask_ts": null, "sources": []}',10000,'afbdc41b4f21',1795003720000000,1795007320000000,NULL,1795003720000000,NULL,NULL,0);
CREATE TABLE grants (
	"key" TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	period_key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	micros BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY ("key"), 
	CONSTRAINT ck_grants_kind CHECK (kind IN ('topup', 'approval')), 
	CONSTRAINT fk_grants_scope FOREIGN KEY(scope, period_key) REFERENCES scope_periods (scope, period_key)
);
INSERT INTO "grants" VALUES('topup','user:T0SANDBOX/U0ALICE','2026-11','topup',1000000,'U0CAROL',NULL,1795003220000000);
INSERT INTO "grants" VALUES('approved:once:user:T0SANDBOX/U0ALICE:2026-11-18','user:T0SANDBOX/U0ALICE','2026-11-18','approval',507500,'U0CAROL','once for U0ALICE',1795003680000000);
CREATE TABLE "hold_legs" (
	job_id TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	period_key TEXT NOT NULL, 
	CONSTRAINT pk_hold_legs PRIMARY KEY (job_id, scope, period_key), 
	CONSTRAINT fk_hold_legs_scope FOREIGN KEY(scope, period_key) REFERENCES scope_periods (scope, period_key), 
	CONSTRAINT fk_hold_legs_job_id FOREIGN KEY(job_id) REFERENCES holds (job_id)
);
INSERT INTO "hold_legs" VALUES('firstone','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('firstone','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('firstone','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('firstone','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('firstone','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('firstone','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('firstone','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('waiting1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('waiting1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('waiting1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('waiting1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('waiting1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('waiting1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('waiting1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('sending1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('sending1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('sending1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('sending1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('sending1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('sending1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('sending1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('running1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('running1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('running1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('running1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('running1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('running1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('running1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('shown001','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('shown001','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('shown001','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('shown001','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('shown001','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('shown001','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('shown001','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('shown002','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('shown002','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('shown002','user:T0SANDBOX/U0BOB','2026-11');
INSERT INTO "hold_legs" VALUES('shown002','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('shown002','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('showing1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('showing1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('showing1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('showing1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('showing1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('showing1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('showing1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('refused1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('refused1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('refused1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('refused1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('refused1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('refused1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('refused1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('calledof','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('calledof','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('calledof','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('calledof','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('calledof','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('calledof','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('calledof','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('overrun1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('overrun1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('overrun1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('overrun1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('overrun1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('overrun1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('overrun1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('repriced','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('repriced','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('repriced','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('repriced','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('repriced','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('repriced','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('repriced','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('unknown1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('unknown1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('unknown1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('unknown1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('unknown1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('unknown1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('unknown1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('late0001','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('late0001','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('late0001','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('late0001','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('late0001','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('late0001','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('late0001','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('put_righ','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('put_righ','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('put_righ','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('put_righ','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('put_righ','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('put_righ','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('put_righ','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('latebill','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('latebill','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('latebill','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('latebill','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('latebill','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('latebill','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('latebill','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('edit0new','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('edit0new','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('edit0new','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('edit0new','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('edit0new','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('edit0new','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('edit0new','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('edit0go1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('edit0go1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('edit0go1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('edit0go1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('edit0go1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('edit0go1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('edit0go1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('edited01','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('edited01','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('edited01','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('edited01','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('edited01','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('edited01','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('edited01','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('stuck001','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('stuck001','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('stuck001','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('stuck001','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('stuck001','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('stuck001','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('stuck001','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('unshown1','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('unshown1','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('unshown1','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('unshown1','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('unshown1','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('unshown1','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('unshown1','workspace:T0SANDBOX','2026-W47');
INSERT INTO "hold_legs" VALUES('approjob','channel:T0SANDBOX/C0DESIGN','2026-11');
INSERT INTO "hold_legs" VALUES('approjob','channel:T0SANDBOX/C0DESIGN','2026-11-18');
INSERT INTO "hold_legs" VALUES('approjob','user:T0SANDBOX/U0ALICE','2026-11');
INSERT INTO "hold_legs" VALUES('approjob','user:T0SANDBOX/U0ALICE','2026-11-18');
INSERT INTO "hold_legs" VALUES('approjob','user:T0SANDBOX/U0ALICE','2026-W47');
INSERT INTO "hold_legs" VALUES('approjob','workspace:T0SANDBOX','2026-11');
INSERT INTO "hold_legs" VALUES('approjob','workspace:T0SANDBOX','2026-W47');
CREATE TABLE holds (
	job_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	estimate_micros BIGINT NOT NULL, 
	actual_micros BIGINT, 
	cost_source TEXT, 
	price_version TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_holds PRIMARY KEY (job_id), 
	CONSTRAINT ck_holds_actual_micros CHECK (actual_micros >= 0), 
	CONSTRAINT ck_holds_cost_source CHECK (cost_source IN ('provider', 'estimate', 'not_charged')), 
	CONSTRAINT ck_holds_estimate_micros CHECK (estimate_micros >= 0), 
	CONSTRAINT ck_holds_settled CHECK (state <> 'settled' OR actual_micros IS NOT NULL), 
	CONSTRAINT ck_holds_state CHECK (state IN ('held', 'dispatched', 'unknown', 'settled', 'released'))
);
INSERT INTO "holds" VALUES('firstone','held',10000,NULL,NULL,'afbdc41b4f21',1795003220000000);
INSERT INTO "holds" VALUES('waiting1','held',10000,NULL,NULL,'afbdc41b4f21',1795003240000000);
INSERT INTO "holds" VALUES('sending1','dispatched',10000,NULL,NULL,'afbdc41b4f21',1795003260000000);
INSERT INTO "holds" VALUES('running1','dispatched',20000,NULL,NULL,'afbdc41b4f21',1795003280000000);
INSERT INTO "holds" VALUES('shown001','settled',10000,10000,'estimate','afbdc41b4f21',1795003300000000);
INSERT INTO "holds" VALUES('shown002','settled',20000,20000,'estimate','afbdc41b4f21',1795003320000000);
INSERT INTO "holds" VALUES('showing1','settled',10000,10000,'estimate','afbdc41b4f21',1795003340000000);
INSERT INTO "holds" VALUES('refused1','released',10000,0,'not_charged','afbdc41b4f21',1795003360000000);
INSERT INTO "holds" VALUES('calledof','released',10000,0,'not_charged','afbdc41b4f21',1795003380000000);
INSERT INTO "holds" VALUES('overrun1','settled',10000,30000,'provider','afbdc41b4f21',1795003400000000);
INSERT INTO "holds" VALUES('repriced','dispatched',12000,NULL,NULL,'afbdc41b4f21',1795003420000000);
INSERT INTO "holds" VALUES('unknown1','unknown',10000,NULL,NULL,'afbdc41b4f21',1795003440000000);
INSERT INTO "holds" VALUES('late0001','unknown',10000,NULL,NULL,'afbdc41b4f21',1795003460000000);
INSERT INTO "holds" VALUES('put_righ','settled',10000,10000,'estimate','afbdc41b4f21',1795003480000000);
INSERT INTO "holds" VALUES('latebill','released',10000,0,'not_charged','afbdc41b4f21',1795003500000000);
INSERT INTO "holds" VALUES('edit0new','held',20000,NULL,NULL,'afbdc41b4f21',1795003520000000);
INSERT INTO "holds" VALUES('edit0go1','held',20000,NULL,NULL,'afbdc41b4f21',1795003540000000);
INSERT INTO "holds" VALUES('edited01','settled',20000,20000,'estimate','afbdc41b4f21',1795003560000000);
INSERT INTO "holds" VALUES('stuck001','held',10000,NULL,NULL,'afbdc41b4f21',1795003580000000);
INSERT INTO "holds" VALUES('unshown1','settled',10000,10000,'estimate','afbdc41b4f21',1795003600000000);
INSERT INTO "holds" VALUES('approjob','held',880000,NULL,NULL,'afbdc41b4f21',1795003680000000);
CREATE TABLE inbox (
	"key" TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	thread_ts TEXT, 
	ts TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	text TEXT NOT NULL, 
	is_mention BOOLEAN NOT NULL, 
	is_direct BOOLEAN NOT NULL, 
	files TEXT NOT NULL, 
	heard_at BIGINT NOT NULL, is_deleted BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY ("key")
);
INSERT INTO "inbox" VALUES('T0SANDBOX:C0DESIGN:1763200000.000001','T0SANDBOX','C0DESIGN',NULL,'1763200000.000001','U0BOB','make it blue',1,0,'[]',1795003560000000,0);
INSERT INTO "inbox" VALUES('T0SANDBOX:C0DESIGN:1763200000.000002','T0SANDBOX','C0DESIGN',NULL,'1763200000.000002','U0BOB','make it green',1,0,'[]',1795003580000000,0);
CREATE TABLE jobs (
	id TEXT NOT NULL, 
	request_key TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	thread_ts TEXT, 
	user_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	prompt TEXT NOT NULL, 
	width INTEGER, 
	height INTEGER, 
	quality TEXT NOT NULL, 
	format TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	sources INTEGER NOT NULL, 
	has_mask BOOLEAN NOT NULL, 
	status TEXT NOT NULL, 
	delivery TEXT NOT NULL, 
	estimate_micros BIGINT NOT NULL, 
	price_version TEXT NOT NULL, 
	cost_micros BIGINT, 
	cost_is_estimate BOOLEAN NOT NULL, 
	problem TEXT, 
	problem_detail TEXT, 
	parent_id TEXT, 
	status_ts TEXT, 
	reply_url TEXT, 
	notes TEXT NOT NULL, 
	started_at BIGINT, 
	finished_at BIGINT, 
	announce_intent_at BIGINT, 
	share_intent_at BIGINT, 
	shown TEXT, 
	shown_at BIGINT, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, ask_ts TEXT, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_jobs_cost_micros CHECK (cost_micros >= 0), 
	CONSTRAINT ck_jobs_delivery CHECK (delivery IN ('none', 'announced', 'delivering', 'delivered', 'undeliverable')), 
	CONSTRAINT ck_jobs_estimate_micros CHECK (estimate_micros >= 0), 
	CONSTRAINT ck_jobs_format CHECK (format IN ('png', 'jpeg', 'webp')), 
	CONSTRAINT ck_jobs_kind CHECK (kind IN ('generate', 'edit')), 
	CONSTRAINT ck_jobs_n CHECK (n >= 1), 
	CONSTRAINT ck_jobs_quality CHECK (quality IN ('low', 'medium', 'high')), 
	CONSTRAINT ck_jobs_size CHECK ((width IS NULL) = (height IS NULL)), 
	CONSTRAINT ck_jobs_status CHECK (status IN ('queued', 'submitting', 'running', 'unknown', 'succeeded', 'failed', 'cancelled', 'timed_out')), 
	CONSTRAINT uq_jobs_request_key UNIQUE (request_key)
);
INSERT INTO "jobs" VALUES('firstone','T0SANDBOX:C0DESIGN:1763000000.000001','T0SANDBOX','C0DESIGN',NULL,'U0ALICE','generate','a fox called firstone',1024,1024,'low','png',1,0,0,'queued','none',10000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,NULL,NULL,'["A note."]',NULL,NULL,NULL,NULL,NULL,NULL,1795003220000000,1795003220000000,NULL);
INSERT INTO "jobs" VALUES('waiting1','T0SANDBOX:C0DESIGN:1763000000.000002','T0SANDBOX','C0DESIGN','1763100000.000003','U0ALICE','generate','a fox called waiting1',1024,1024,'low','png',1,0,0,'queued','announced',10000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000003',NULL,'["A note."]',NULL,NULL,1795003240000000,NULL,'queued',1795003240000000,1795003240000000,1795003240000000,NULL);
INSERT INTO "jobs" VALUES('sending1','T0SANDBOX:C0DESIGN:1763000000.000004','T0SANDBOX','C0DESIGN','1763100000.000005','U0ALICE','generate','a fox called sending1',1024,1024,'low','png',1,0,0,'submitting','announced',10000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000005',NULL,'["A note."]',NULL,NULL,1795003260000000,NULL,'queued',1795003260000000,1795003260000000,1795003260000000,NULL);
INSERT INTO "jobs" VALUES('running1','T0SANDBOX:C0DESIGN:1763000000.000006','T0SANDBOX','C0DESIGN','1763100000.000007','U0ALICE','generate','a fox called running1',1024,1024,'low','png',2,0,0,'running','announced',20000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000007',NULL,'["A note."]',NULL,NULL,1795003280000000,NULL,'queued',1795003280000000,1795003280000000,1795003280000000,NULL);
INSERT INTO "jobs" VALUES('shown001','T0SANDBOX:C0DESIGN:1763000000.000008','T0SANDBOX','C0DESIGN','1763100000.000009','U0ALICE','generate','a fox called shown001',1024,1024,'low','png',1,0,0,'succeeded','delivered',10000,'afbdc41b4f21',10000,1,NULL,NULL,NULL,'1763100000.000009',NULL,'["A note."]',NULL,1795003300000000,1795003300000000,NULL,'done',1795003300000000,1795003300000000,1795003300000000,NULL);
INSERT INTO "jobs" VALUES('shown002','T0SANDBOX:C0DESIGN:1763000000.000010','T0SANDBOX','C0DESIGN','1763100000.000011','U0BOB','generate','a fox called shown002',1024,1024,'low','png',2,0,0,'succeeded','delivered',20000,'afbdc41b4f21',20000,1,NULL,NULL,NULL,'1763100000.000011',NULL,'["A note."]',NULL,1795003320000000,1795003320000000,NULL,'done',1795003320000000,1795003320000000,1795003320000000,NULL);
INSERT INTO "jobs" VALUES('showing1','T0SANDBOX:C0DESIGN:1763000000.000012','T0SANDBOX','C0DESIGN','1763100000.000013','U0ALICE','generate','a fox called showing1',1024,1024,'low','png',1,0,0,'succeeded','delivering',10000,'afbdc41b4f21',10000,1,NULL,NULL,NULL,'1763100000.000013',NULL,'["A note."]',NULL,1795003340000000,1795003340000000,NULL,'queued',1795003340000000,1795003340000000,1795003340000000,NULL);
INSERT INTO "jobs" VALUES('refused1','T0SANDBOX:C0DESIGN:1763000000.000014','T0SANDBOX','C0DESIGN','1763100000.000015','U0ALICE','generate','a fox called refused1',1024,1024,'low','png',1,0,0,'failed','announced',10000,'afbdc41b4f21',0,0,'moderated','not this',NULL,'1763100000.000015',NULL,'["A note."]',NULL,1795003360000000,1795003360000000,NULL,'queued',1795003360000000,1795003360000000,1795003360000000,NULL);
INSERT INTO "jobs" VALUES('calledof','T0SANDBOX:C0DESIGN:1763000000.000016','T0SANDBOX','C0DESIGN','1763100000.000017','U0ALICE','generate','a fox called calledof',1024,1024,'low','png',1,0,0,'cancelled','announced',10000,'afbdc41b4f21',0,0,'cancelled','',NULL,'1763100000.000017',NULL,'["A note."]',NULL,1795003380000000,1795003380000000,NULL,'queued',1795003380000000,1795003380000000,1795003380000000,NULL);
INSERT INTO "jobs" VALUES('overrun1','T0SANDBOX:C0DESIGN:1763000000.000018','T0SANDBOX','C0DESIGN','1763100000.000019','U0ALICE','generate','a fox called overrun1',1024,1024,'low','png',1,0,0,'succeeded','delivered',10000,'afbdc41b4f21',30000,0,NULL,NULL,NULL,'1763100000.000019',NULL,'["A note."]',NULL,1795003400000000,1795003400000000,NULL,'done',1795003400000000,1795003400000000,1795003400000000,NULL);
INSERT INTO "jobs" VALUES('repriced','T0SANDBOX:C0DESIGN:1763000000.000020','T0SANDBOX','C0DESIGN','1763100000.000021','U0ALICE','generate','a fox called repriced',1024,1024,'low','png',1,0,0,'running','announced',10000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000021',NULL,'["A note."]',NULL,NULL,1795003420000000,NULL,'queued',1795003420000000,1795003420000000,1795003420000000,NULL);
INSERT INTO "jobs" VALUES('unknown1','T0SANDBOX:C0DESIGN:1763000000.000022','T0SANDBOX','C0DESIGN','1763100000.000023','U0ALICE','generate','a fox called unknown1',1024,1024,'low','png',1,0,0,'unknown','announced',10000,'afbdc41b4f21',NULL,0,'outcome_unknown','cut off',NULL,'1763100000.000023',NULL,'["A note."]',NULL,NULL,1795003440000000,NULL,'queued',1795003440000000,1795003440000000,1795003440000000,NULL);
INSERT INTO "jobs" VALUES('late0001','T0SANDBOX:C0DESIGN:1763000000.000024','T0SANDBOX','C0DESIGN','1763100000.000025','U0ALICE','generate','a fox called late0001',1024,1024,'low','png',1,0,0,'timed_out','announced',10000,'afbdc41b4f21',NULL,0,'timed_out','no result',NULL,'1763100000.000025',NULL,'["A note."]',NULL,NULL,1795003460000000,NULL,'queued',1795003460000000,1795003460000000,1795003460000000,NULL);
INSERT INTO "jobs" VALUES('put_righ','T0SANDBOX:C0DESIGN:1763000000.000026','T0SANDBOX','C0DESIGN','1763100000.000027','U0ALICE','generate','a fox called put_righ',1024,1024,'low','png',1,0,0,'succeeded','delivered',10000,'afbdc41b4f21',10000,1,NULL,NULL,NULL,'1763100000.000027',NULL,'["A note."]',NULL,1795003480000000,1795003480000000,NULL,'done',1795003480000000,1795003480000000,1795003480000000,NULL);
INSERT INTO "jobs" VALUES('latebill','T0SANDBOX:C0DESIGN:1763000000.000028','T0SANDBOX','C0DESIGN','1763100000.000029','U0ALICE','generate','a fox called latebill',1024,1024,'low','png',1,0,0,'failed','announced',10000,'afbdc41b4f21',0,0,'provider_failed','broke',NULL,'1763100000.000029',NULL,'["A note."]',NULL,1795003500000000,1795003500000000,NULL,'queued',1795003500000000,1795003500000000,1795003500000000,NULL);
INSERT INTO "jobs" VALUES('edit0new','T0SANDBOX:C0DESIGN:1763000000.000030','T0SANDBOX','C0DESIGN','1763000000.000030','U0ALICE','edit','a fox called edit0new',1024,1024,'low','png',1,1,0,'queued','none',20000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,NULL,NULL,'["A note."]',NULL,NULL,NULL,NULL,NULL,NULL,1795003520000000,1795003520000000,'1763000000.000030');
INSERT INTO "jobs" VALUES('edit0go1','T0SANDBOX:C0DESIGN:1763000000.000031','T0SANDBOX','C0DESIGN','1763000000.000031','U0ALICE','edit','a fox called edit0go1',1024,1024,'low','png',1,1,0,'queued','announced',20000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000032',NULL,'["A note."]',NULL,NULL,1795003540000000,NULL,'queued',1795003540000000,1795003540000000,1795003540000000,'1763000000.000031');
INSERT INTO "jobs" VALUES('edited01','T0SANDBOX:C0DESIGN:1763000000.000033','T0SANDBOX','C0DESIGN','1763000000.000033','U0ALICE','edit','a fox called edited01',1024,1024,'low','png',1,1,0,'succeeded','delivered',20000,'afbdc41b4f21',20000,1,NULL,NULL,NULL,'1763100000.000034',NULL,'["A note."]',NULL,1795003560000000,1795003560000000,NULL,'done',1795003560000000,1795003560000000,1795003560000000,'1763000000.000033');
INSERT INTO "jobs" VALUES('stuck001','T0SANDBOX:C0DESIGN:1763000000.000035','T0SANDBOX','C0DESIGN','1763100000.000036','U0ALICE','generate','a fox called stuck001',1024,1024,'low','png',1,0,0,'queued','announced',10000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,'1763100000.000036',NULL,'["A note."]',NULL,NULL,1795003580000000,NULL,'queued',1795003580000000,1795003580000000,1795003580000000,NULL);
INSERT INTO "jobs" VALUES('unshown1','T0SANDBOX:C0DESIGN:1763000000.000037','T0SANDBOX','C0DESIGN','1763100000.000038','U0ALICE','generate','a fox called unshown1',1024,1024,'low','png',1,0,0,'succeeded','undeliverable',10000,'afbdc41b4f21',10000,1,'delivery_refused','not_allowed',NULL,'1763100000.000038',NULL,'["A note."]',NULL,1795003600000000,1795003600000000,NULL,'queued',1795003600000000,1795003600000000,1795003600000000,NULL);
INSERT INTO "jobs" VALUES('approjob','T0SANDBOX:C0DESIGN:1763000000.000043','T0SANDBOX','C0DESIGN',NULL,'U0ALICE','generate','a fox called approved',1024,1024,'high','png',4,0,0,'queued','none',880000,'afbdc41b4f21',NULL,0,NULL,NULL,NULL,NULL,NULL,'["A note."]',NULL,NULL,NULL,NULL,NULL,NULL,1795003680000000,1795003680000000,NULL);
CREATE TABLE "ledger_entries" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_id TEXT, 
	kind TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	period_key TEXT NOT NULL, 
	held_micros BIGINT NOT NULL, 
	spent_micros BIGINT NOT NULL, 
	actor TEXT, 
	reason TEXT, 
	at BIGINT NOT NULL, 
	part INTEGER DEFAULT 0 NOT NULL, 
	ceiling_micros BIGINT, 
	CONSTRAINT fk_ledger_entries_scope FOREIGN KEY(scope, period_key) REFERENCES scope_periods (scope, period_key), 
	CONSTRAINT uq_ledger_entries_job_id_kind_scope_period_key_part UNIQUE (job_id, kind, scope, period_key, part), 
	CONSTRAINT ck_ledger_entries_kind CHECK (kind IN ('reserve', 'reprice', 'settle', 'overrun', 'release', 'late_charge', 'correction'))
);
INSERT INTO "ledger_entries" VALUES(1,'firstone','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003220000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(2,'firstone','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003220000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(3,'firstone','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003220000000,0,8000000);
INSERT INTO "ledger_entries" VALUES(4,'firstone','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003220000000,0,600000);
INSERT INTO "ledger_entries" VALUES(5,'firstone','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003220000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(6,'firstone','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003220000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(7,'firstone','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003220000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(8,'waiting1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003240000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(9,'waiting1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003240000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(10,'waiting1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003240000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(11,'waiting1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003240000000,0,600000);
INSERT INTO "ledger_entries" VALUES(12,'waiting1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003240000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(13,'waiting1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003240000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(14,'waiting1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003240000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(15,'sending1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003260000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(16,'sending1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003260000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(17,'sending1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003260000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(18,'sending1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003260000000,0,600000);
INSERT INTO "ledger_entries" VALUES(19,'sending1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003260000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(20,'sending1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003260000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(21,'sending1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003260000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(22,'running1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',20000,0,NULL,NULL,1795003280000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(23,'running1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',20000,0,NULL,NULL,1795003280000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(24,'running1','reserve','user:T0SANDBOX/U0ALICE','2026-11',20000,0,NULL,NULL,1795003280000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(25,'running1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',20000,0,NULL,NULL,1795003280000000,0,600000);
INSERT INTO "ledger_entries" VALUES(26,'running1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',20000,0,NULL,NULL,1795003280000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(27,'running1','reserve','workspace:T0SANDBOX','2026-11',20000,0,NULL,NULL,1795003280000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(28,'running1','reserve','workspace:T0SANDBOX','2026-W47',20000,0,NULL,NULL,1795003280000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(29,'shown001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(30,'shown001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(31,'shown001','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003300000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(32,'shown001','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003300000000,0,600000);
INSERT INTO "ledger_entries" VALUES(33,'shown001','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003300000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(34,'shown001','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003300000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(35,'shown001','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(36,'shown001','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(37,'shown001','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(38,'shown001','settle','user:T0SANDBOX/U0ALICE','2026-11',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(39,'shown001','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(40,'shown001','settle','user:T0SANDBOX/U0ALICE','2026-W47',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(41,'shown001','settle','workspace:T0SANDBOX','2026-11',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(42,'shown001','settle','workspace:T0SANDBOX','2026-W47',-10000,10000,NULL,NULL,1795003300000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(43,'shown002','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',20000,0,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(44,'shown002','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',20000,0,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(45,'shown002','reserve','user:T0SANDBOX/U0BOB','2026-11',20000,0,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(46,'shown002','reserve','workspace:T0SANDBOX','2026-11',20000,0,NULL,NULL,1795003320000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(47,'shown002','reserve','workspace:T0SANDBOX','2026-W47',20000,0,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(48,'shown002','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-20000,20000,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(49,'shown002','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-20000,20000,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(50,'shown002','settle','user:T0SANDBOX/U0BOB','2026-11',-20000,20000,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(51,'shown002','settle','workspace:T0SANDBOX','2026-11',-20000,20000,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(52,'shown002','settle','workspace:T0SANDBOX','2026-W47',-20000,20000,NULL,NULL,1795003320000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(53,'showing1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(54,'showing1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(55,'showing1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003340000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(56,'showing1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003340000000,0,600000);
INSERT INTO "ledger_entries" VALUES(57,'showing1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003340000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(58,'showing1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003340000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(59,'showing1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(60,'showing1','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(61,'showing1','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(62,'showing1','settle','user:T0SANDBOX/U0ALICE','2026-11',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(63,'showing1','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(64,'showing1','settle','user:T0SANDBOX/U0ALICE','2026-W47',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(65,'showing1','settle','workspace:T0SANDBOX','2026-11',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(66,'showing1','settle','workspace:T0SANDBOX','2026-W47',-10000,10000,NULL,NULL,1795003340000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(67,'refused1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(68,'refused1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(69,'refused1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003360000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(70,'refused1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003360000000,0,600000);
INSERT INTO "ledger_entries" VALUES(71,'refused1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003360000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(72,'refused1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003360000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(73,'refused1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(74,'refused1','release','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(75,'refused1','release','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(76,'refused1','release','user:T0SANDBOX/U0ALICE','2026-11',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(77,'refused1','release','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(78,'refused1','release','user:T0SANDBOX/U0ALICE','2026-W47',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(79,'refused1','release','workspace:T0SANDBOX','2026-11',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(80,'refused1','release','workspace:T0SANDBOX','2026-W47',-10000,0,NULL,'failed',1795003360000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(81,'calledof','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(82,'calledof','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(83,'calledof','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003380000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(84,'calledof','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003380000000,0,600000);
INSERT INTO "ledger_entries" VALUES(85,'calledof','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003380000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(86,'calledof','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003380000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(87,'calledof','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(88,'calledof','release','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(89,'calledof','release','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(90,'calledof','release','user:T0SANDBOX/U0ALICE','2026-11',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(91,'calledof','release','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(92,'calledof','release','user:T0SANDBOX/U0ALICE','2026-W47',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(93,'calledof','release','workspace:T0SANDBOX','2026-11',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(94,'calledof','release','workspace:T0SANDBOX','2026-W47',-10000,0,NULL,'cancelled',1795003380000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(95,'overrun1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(96,'overrun1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(97,'overrun1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003400000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(98,'overrun1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003400000000,0,600000);
INSERT INTO "ledger_entries" VALUES(99,'overrun1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003400000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(100,'overrun1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003400000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(101,'overrun1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(102,'overrun1','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(103,'overrun1','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(104,'overrun1','settle','user:T0SANDBOX/U0ALICE','2026-11',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(105,'overrun1','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(106,'overrun1','settle','user:T0SANDBOX/U0ALICE','2026-W47',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(107,'overrun1','settle','workspace:T0SANDBOX','2026-11',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(108,'overrun1','settle','workspace:T0SANDBOX','2026-W47',-10000,10000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(109,'overrun1','overrun','channel:T0SANDBOX/C0DESIGN','2026-11',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(110,'overrun1','overrun','channel:T0SANDBOX/C0DESIGN','2026-11-18',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(111,'overrun1','overrun','user:T0SANDBOX/U0ALICE','2026-11',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(112,'overrun1','overrun','user:T0SANDBOX/U0ALICE','2026-11-18',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(113,'overrun1','overrun','user:T0SANDBOX/U0ALICE','2026-W47',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(114,'overrun1','overrun','workspace:T0SANDBOX','2026-11',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(115,'overrun1','overrun','workspace:T0SANDBOX','2026-W47',0,20000,NULL,NULL,1795003400000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(116,'repriced','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(117,'repriced','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(118,'repriced','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003420000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(119,'repriced','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003420000000,0,600000);
INSERT INTO "ledger_entries" VALUES(120,'repriced','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003420000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(121,'repriced','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003420000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(122,'repriced','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(123,'repriced','reprice','channel:T0SANDBOX/C0DESIGN','2026-11',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(124,'repriced','reprice','channel:T0SANDBOX/C0DESIGN','2026-11-18',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(125,'repriced','reprice','user:T0SANDBOX/U0ALICE','2026-11',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(126,'repriced','reprice','user:T0SANDBOX/U0ALICE','2026-11-18',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(127,'repriced','reprice','user:T0SANDBOX/U0ALICE','2026-W47',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(128,'repriced','reprice','workspace:T0SANDBOX','2026-11',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(129,'repriced','reprice','workspace:T0SANDBOX','2026-W47',2000,0,NULL,NULL,1795003420000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(130,'unknown1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003440000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(131,'unknown1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003440000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(132,'unknown1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003440000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(133,'unknown1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003440000000,0,600000);
INSERT INTO "ledger_entries" VALUES(134,'unknown1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003440000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(135,'unknown1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003440000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(136,'unknown1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003440000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(137,'late0001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003460000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(138,'late0001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003460000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(139,'late0001','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003460000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(140,'late0001','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003460000000,0,600000);
INSERT INTO "ledger_entries" VALUES(141,'late0001','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003460000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(142,'late0001','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003460000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(143,'late0001','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003460000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(144,'put_righ','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(145,'put_righ','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(146,'put_righ','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003480000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(147,'put_righ','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003480000000,0,600000);
INSERT INTO "ledger_entries" VALUES(148,'put_righ','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003480000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(149,'put_righ','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003480000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(150,'put_righ','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(151,'put_righ','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(152,'put_righ','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(153,'put_righ','settle','user:T0SANDBOX/U0ALICE','2026-11',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(154,'put_righ','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(155,'put_righ','settle','user:T0SANDBOX/U0ALICE','2026-W47',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(156,'put_righ','settle','workspace:T0SANDBOX','2026-11',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(157,'put_righ','settle','workspace:T0SANDBOX','2026-W47',-10000,10000,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(158,'put_righ','correction','channel:T0SANDBOX/C0DESIGN','2026-11',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(159,'put_righ','correction','channel:T0SANDBOX/C0DESIGN','2026-11-18',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(160,'put_righ','correction','user:T0SANDBOX/U0ALICE','2026-11',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(161,'put_righ','correction','user:T0SANDBOX/U0ALICE','2026-11-18',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(162,'put_righ','correction','user:T0SANDBOX/U0ALICE','2026-W47',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(163,'put_righ','correction','workspace:T0SANDBOX','2026-11',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(164,'put_righ','correction','workspace:T0SANDBOX','2026-W47',0,1500,NULL,NULL,1795003480000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(165,'latebill','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(166,'latebill','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(167,'latebill','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003500000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(168,'latebill','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003500000000,0,600000);
INSERT INTO "ledger_entries" VALUES(169,'latebill','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003500000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(170,'latebill','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003500000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(171,'latebill','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(172,'latebill','release','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(173,'latebill','release','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(174,'latebill','release','user:T0SANDBOX/U0ALICE','2026-11',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(175,'latebill','release','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(176,'latebill','release','user:T0SANDBOX/U0ALICE','2026-W47',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(177,'latebill','release','workspace:T0SANDBOX','2026-11',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(178,'latebill','release','workspace:T0SANDBOX','2026-W47',-10000,0,NULL,'failed',1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(179,'latebill','late_charge','channel:T0SANDBOX/C0DESIGN','2026-11',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(180,'latebill','late_charge','channel:T0SANDBOX/C0DESIGN','2026-11-18',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(181,'latebill','late_charge','user:T0SANDBOX/U0ALICE','2026-11',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(182,'latebill','late_charge','user:T0SANDBOX/U0ALICE','2026-11-18',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(183,'latebill','late_charge','user:T0SANDBOX/U0ALICE','2026-W47',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(184,'latebill','late_charge','workspace:T0SANDBOX','2026-11',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(185,'latebill','late_charge','workspace:T0SANDBOX','2026-W47',0,4000,NULL,NULL,1795003500000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(186,'edit0new','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',20000,0,NULL,NULL,1795003520000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(187,'edit0new','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',20000,0,NULL,NULL,1795003520000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(188,'edit0new','reserve','user:T0SANDBOX/U0ALICE','2026-11',20000,0,NULL,NULL,1795003520000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(189,'edit0new','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',20000,0,NULL,NULL,1795003520000000,0,600000);
INSERT INTO "ledger_entries" VALUES(190,'edit0new','reserve','user:T0SANDBOX/U0ALICE','2026-W47',20000,0,NULL,NULL,1795003520000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(191,'edit0new','reserve','workspace:T0SANDBOX','2026-11',20000,0,NULL,NULL,1795003520000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(192,'edit0new','reserve','workspace:T0SANDBOX','2026-W47',20000,0,NULL,NULL,1795003520000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(193,'edit0go1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',20000,0,NULL,NULL,1795003540000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(194,'edit0go1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',20000,0,NULL,NULL,1795003540000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(195,'edit0go1','reserve','user:T0SANDBOX/U0ALICE','2026-11',20000,0,NULL,NULL,1795003540000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(196,'edit0go1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',20000,0,NULL,NULL,1795003540000000,0,600000);
INSERT INTO "ledger_entries" VALUES(197,'edit0go1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',20000,0,NULL,NULL,1795003540000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(198,'edit0go1','reserve','workspace:T0SANDBOX','2026-11',20000,0,NULL,NULL,1795003540000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(199,'edit0go1','reserve','workspace:T0SANDBOX','2026-W47',20000,0,NULL,NULL,1795003540000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(200,'edited01','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',20000,0,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(201,'edited01','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',20000,0,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(202,'edited01','reserve','user:T0SANDBOX/U0ALICE','2026-11',20000,0,NULL,NULL,1795003560000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(203,'edited01','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',20000,0,NULL,NULL,1795003560000000,0,600000);
INSERT INTO "ledger_entries" VALUES(204,'edited01','reserve','user:T0SANDBOX/U0ALICE','2026-W47',20000,0,NULL,NULL,1795003560000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(205,'edited01','reserve','workspace:T0SANDBOX','2026-11',20000,0,NULL,NULL,1795003560000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(206,'edited01','reserve','workspace:T0SANDBOX','2026-W47',20000,0,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(207,'edited01','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(208,'edited01','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(209,'edited01','settle','user:T0SANDBOX/U0ALICE','2026-11',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(210,'edited01','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(211,'edited01','settle','user:T0SANDBOX/U0ALICE','2026-W47',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(212,'edited01','settle','workspace:T0SANDBOX','2026-11',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(213,'edited01','settle','workspace:T0SANDBOX','2026-W47',-20000,20000,NULL,NULL,1795003560000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(214,'stuck001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003580000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(215,'stuck001','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003580000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(216,'stuck001','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003580000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(217,'stuck001','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003580000000,0,600000);
INSERT INTO "ledger_entries" VALUES(218,'stuck001','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003580000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(219,'stuck001','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003580000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(220,'stuck001','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003580000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(221,'unshown1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',10000,0,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(222,'unshown1','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',10000,0,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(223,'unshown1','reserve','user:T0SANDBOX/U0ALICE','2026-11',10000,0,NULL,NULL,1795003600000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(224,'unshown1','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',10000,0,NULL,NULL,1795003600000000,0,600000);
INSERT INTO "ledger_entries" VALUES(225,'unshown1','reserve','user:T0SANDBOX/U0ALICE','2026-W47',10000,0,NULL,NULL,1795003600000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(226,'unshown1','reserve','workspace:T0SANDBOX','2026-11',10000,0,NULL,NULL,1795003600000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(227,'unshown1','reserve','workspace:T0SANDBOX','2026-W47',10000,0,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(228,'unshown1','settle','channel:T0SANDBOX/C0DESIGN','2026-11',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(229,'unshown1','settle','channel:T0SANDBOX/C0DESIGN','2026-11-18',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(230,'unshown1','settle','user:T0SANDBOX/U0ALICE','2026-11',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(231,'unshown1','settle','user:T0SANDBOX/U0ALICE','2026-11-18',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(232,'unshown1','settle','user:T0SANDBOX/U0ALICE','2026-W47',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(233,'unshown1','settle','workspace:T0SANDBOX','2026-11',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(234,'unshown1','settle','workspace:T0SANDBOX','2026-W47',-10000,10000,NULL,NULL,1795003600000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(235,'approjob','reserve','channel:T0SANDBOX/C0DESIGN','2026-11',880000,0,NULL,NULL,1795003680000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(236,'approjob','reserve','channel:T0SANDBOX/C0DESIGN','2026-11-18',880000,0,NULL,NULL,1795003680000000,0,NULL);
INSERT INTO "ledger_entries" VALUES(237,'approjob','reserve','user:T0SANDBOX/U0ALICE','2026-11',880000,0,NULL,NULL,1795003680000000,0,9000000);
INSERT INTO "ledger_entries" VALUES(238,'approjob','reserve','user:T0SANDBOX/U0ALICE','2026-11-18',880000,0,NULL,NULL,1795003680000000,0,1107500);
INSERT INTO "ledger_entries" VALUES(239,'approjob','reserve','user:T0SANDBOX/U0ALICE','2026-W47',880000,0,NULL,NULL,1795003680000000,0,5000000);
INSERT INTO "ledger_entries" VALUES(240,'approjob','reserve','workspace:T0SANDBOX','2026-11',880000,0,NULL,NULL,1795003680000000,0,40000000);
INSERT INTO "ledger_entries" VALUES(241,'approjob','reserve','workspace:T0SANDBOX','2026-W47',880000,0,NULL,NULL,1795003680000000,0,NULL);
CREATE TABLE memos (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	CONSTRAINT pk_memos PRIMARY KEY ("key")
);
INSERT INTO "memos" VALUES('kept','yes',1795003560000000);
CREATE TABLE pictures (
	id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	submission_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	url TEXT NOT NULL, 
	sha256 TEXT, 
	size_bytes BIGINT, 
	width INTEGER, 
	height INTEGER, 
	format TEXT, 
	file_id TEXT, 
	upload_url TEXT, 
	problem TEXT, 
	problem_detail TEXT, 
	CONSTRAINT pk_pictures PRIMARY KEY (id), 
	CONSTRAINT ck_pictures_state CHECK (state IN ('found', 'fetched', 'ticketed', 'uploaded', 'shared', 'lost')), 
	CONSTRAINT fk_pictures_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT fk_pictures_submission_id FOREIGN KEY(submission_id) REFERENCES submissions (id), 
	CONSTRAINT uq_pictures_job_id_ordinal UNIQUE (job_id, ordinal)
);
INSERT INTO "pictures" VALUES('picture-shown001-0','shown001','shown001-0',0,'shared','https://results.example/shown001/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0SHOWN0010',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-shown002-0','shown002','shown002-0',0,'shared','https://results.example/shown002/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0SHOWN0020',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-shown002-1','shown002','shown002-0',1,'shared','https://results.example/shown002/1.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0SHOWN0021',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-showing1-0','showing1','showing1-0',0,'found','https://results.example/showing1/0.png',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-overrun1-0','overrun1','overrun1-0',0,'shared','https://results.example/overrun1/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0OVERRUN10',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-put_righ-0','put_righ','put_righ-0',0,'shared','https://results.example/put_righ/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0PUT_RIGH0',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-edited01-0','edited01','edited01-0',0,'shared','https://results.example/edited01/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0EDITED010',NULL,NULL,NULL);
INSERT INTO "pictures" VALUES('picture-unshown1-0','unshown1','unshown1-0',0,'fetched','https://results.example/unshown1/0.png','0000000000000000000000000000000000000000000000000000000000000000',4321,1024,1024,'png','F0UNSHOWN10',NULL,NULL,NULL);
CREATE TABLE rates (
	"key" TEXT NOT NULL, 
	full_at BIGINT NOT NULL, 
	CONSTRAINT pk_rates PRIMARY KEY ("key")
);
INSERT INTO "rates" VALUES('user:T0SANDBOX/U0ALICE',1795003610000000);
INSERT INTO "rates" VALUES('channel:T0SANDBOX/C0DESIGN',1795003601000000);
CREATE TABLE scope_periods (
	scope TEXT NOT NULL, 
	period_key TEXT NOT NULL, 
	start_utc BIGINT NOT NULL, 
	end_utc BIGINT NOT NULL, 
	tz TEXT NOT NULL, 
	limit_micros BIGINT, 
	carry_micros BIGINT NOT NULL, 
	grant_micros BIGINT NOT NULL, 
	held_micros BIGINT NOT NULL, 
	spent_micros BIGINT NOT NULL, soft BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_scope_periods PRIMARY KEY (scope, period_key), 
	CONSTRAINT ck_scope_periods_bounds CHECK (start_utc < end_utc), 
	CONSTRAINT ck_scope_periods_held_micros CHECK (held_micros >= 0), 
	CONSTRAINT ck_scope_periods_spent_micros CHECK (spent_micros >= 0)
);
INSERT INTO "scope_periods" VALUES('channel:T0SANDBOX/C0DESIGN','2026-11-18',1794956400000000,1795042800000000,'Europe/Berlin',50000,0,0,1012000,115500,1);
INSERT INTO "scope_periods" VALUES('channel:T0SANDBOX/C0DESIGN','2026-11',1793487600000000,1796079600000000,'Europe/Berlin',NULL,0,0,1012000,115500,0);
INSERT INTO "scope_periods" VALUES('user:T0SANDBOX/U0ALICE','2026-11-18',1794956400000000,1795042800000000,'Europe/Berlin',600000,0,507500,1012000,95500,0);
INSERT INTO "scope_periods" VALUES('user:T0SANDBOX/U0ALICE','2026-11',1793487600000000,1796079600000000,'Europe/Berlin',8000000,0,1000000,1012000,95500,0);
INSERT INTO "scope_periods" VALUES('user:T0SANDBOX/U0ALICE','2026-W47',1794697200000000,1795302000000000,'Europe/Berlin',5000000,0,0,1012000,95500,0);
INSERT INTO "scope_periods" VALUES('workspace:T0SANDBOX','2026-11',1793487600000000,1796079600000000,'Europe/Berlin',40000000,0,0,1012000,115500,0);
INSERT INTO "scope_periods" VALUES('workspace:T0SANDBOX','2026-W47',1794697200000000,1795302000000000,'Europe/Berlin',30000000,0,0,1012000,115500,1);
INSERT INTO "scope_periods" VALUES('user:T0SANDBOX/U0BOB','2026-11',1793487600000000,1796079600000000,'Europe/Berlin',NULL,0,0,0,20000,0);
CREATE TABLE shelf (
	source_id TEXT NOT NULL, 
	data BLOB NOT NULL, 
	mimetype TEXT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_shelf PRIMARY KEY (source_id)
);
INSERT INTO "shelf" VALUES('source-of-an-edit-1',X'89504E470D0A1A0A0000000D4948445200000010000000100802000000909168360000001949444154789C63D4885AC0400A602249F5A886510D434A0300A9A1014271080E8D0000000049454E44AE426082','image/png',1795097140000000);
CREATE TABLE sources (
	id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	role TEXT NOT NULL, 
	file_id TEXT, 
	picture_id TEXT, 
	name TEXT NOT NULL, 
	url TEXT, 
	width INTEGER, 
	height INTEGER, 
	CONSTRAINT pk_sources PRIMARY KEY (id), 
	CONSTRAINT ck_sources_role CHECK (role IN ('auto', 'picture', 'mask')), 
	CONSTRAINT fk_sources_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT uq_sources_job_id_ordinal UNIQUE (job_id, ordinal)
);
INSERT INTO "sources" VALUES('source-of-an-edit-0','edit0new',0,'auto','F0SOURCE30',NULL,'fox.png',NULL,NULL,NULL);
INSERT INTO "sources" VALUES('source-of-an-edit-1','edit0go1',0,'auto','F0SOURCE31',NULL,'fox.png','https://media.example/media/1b09e1900-source-of-an-edit-1.Qy7EDkUngyCTsfUdF8fItJ38C-f7kwdxIhAQeXV0_i8',16,16);
INSERT INTO "sources" VALUES('source-of-an-edit-2','edited01',0,'auto','F0SOURCE33',NULL,'fox.png',NULL,NULL,NULL);
CREATE TABLE submissions (
	id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	dialect TEXT, 
	provider_task_id TEXT, 
	amount_micros BIGINT, 
	problem TEXT, 
	problem_detail TEXT, 
	polls INTEGER NOT NULL, 
	intent_at BIGINT, 
	submitted_at BIGINT, 
	first_processing_at BIGINT, 
	last_pending_poll_at BIGINT, 
	done_seen_at BIGINT, 
	CONSTRAINT pk_submissions PRIMARY KEY (id), 
	CONSTRAINT ck_submissions_n CHECK (n >= 1), 
	CONSTRAINT ck_submissions_polls CHECK (polls >= 0), 
	CONSTRAINT ck_submissions_state CHECK (state IN ('planned', 'submitting', 'running', 'unknown', 'timed_out', 'succeeded', 'failed', 'cancelled')), 
	CONSTRAINT fk_submissions_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT uq_submissions_job_id_ordinal UNIQUE (job_id, ordinal)
);
INSERT INTO "submissions" VALUES('waiting1-0','waiting1',0,1,'planned',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('sending1-0','sending1',0,1,'submitting','images',NULL,NULL,NULL,NULL,0,1795003260000000,NULL,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('running1-0','running1',0,2,'running','images','task-running1-0',NULL,NULL,NULL,0,1795003280000000,1795003280000000,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('shown001-0','shown001',0,1,'succeeded','images','task-shown001-0',NULL,NULL,NULL,2,1795003300000000,1795003300000000,NULL,NULL,1795003300000000);
INSERT INTO "submissions" VALUES('shown002-0','shown002',0,2,'succeeded','images','task-shown002-0',NULL,NULL,NULL,2,1795003320000000,1795003320000000,NULL,NULL,1795003320000000);
INSERT INTO "submissions" VALUES('showing1-0','showing1',0,1,'succeeded','images','task-showing1-0',NULL,NULL,NULL,2,1795003340000000,1795003340000000,NULL,NULL,1795003340000000);
INSERT INTO "submissions" VALUES('refused1-0','refused1',0,1,'failed','images','task-refused1-0',NULL,'moderated','not this',2,1795003360000000,1795003360000000,NULL,NULL,1795003360000000);
INSERT INTO "submissions" VALUES('calledof-0','calledof',0,1,'cancelled',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('overrun1-0','overrun1',0,1,'succeeded','images','task-overrun1-0',30000,NULL,NULL,2,1795003400000000,1795003400000000,NULL,NULL,1795003400000000);
INSERT INTO "submissions" VALUES('repriced-0','repriced',0,1,'running','images','task-repriced-0',NULL,NULL,NULL,0,1795003420000000,1795003420000000,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('unknown1-0','unknown1',0,1,'unknown','images',NULL,NULL,'outcome_unknown','cut off',2,1795003440000000,NULL,NULL,NULL,1795003440000000);
INSERT INTO "submissions" VALUES('late0001-0','late0001',0,1,'timed_out','images','task-late0001-0',NULL,'timed_out','no result',0,1795003460000000,1795003460000000,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('put_righ-0','put_righ',0,1,'succeeded','images','task-put_righ-0',NULL,NULL,NULL,2,1795003480000000,1795003480000000,NULL,NULL,1795003480000000);
INSERT INTO "submissions" VALUES('latebill-0','latebill',0,1,'failed','images','task-latebill-0',NULL,'provider_failed','broke',2,1795003500000000,1795003500000000,NULL,NULL,1795003500000000);
INSERT INTO "submissions" VALUES('edit0go1-0','edit0go1',0,1,'planned',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('edited01-0','edited01',0,1,'succeeded','images','task-edited01-0',NULL,NULL,NULL,2,1795003560000000,1795003560000000,NULL,NULL,1795003560000000);
INSERT INTO "submissions" VALUES('stuck001-0','stuck001',0,1,'planned',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "submissions" VALUES('unshown1-0','unshown1',0,1,'succeeded','images','task-unshown1-0',NULL,NULL,NULL,2,1795003600000000,1795003600000000,NULL,NULL,1795003600000000);
CREATE TABLE tasks (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	due_at BIGINT, 
	owner TEXT, 
	fence BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	again_at BIGINT, 
	parked_at BIGINT, 
	error TEXT, faults INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT ck_tasks_owner CHECK (owner IS NULL OR due_at IS NOT NULL), 
	CONSTRAINT ck_tasks_parked_at CHECK (parked_at IS NULL OR due_at IS NULL), 
	CONSTRAINT uq_tasks_kind_job_id_subject UNIQUE (kind, job_id, subject)
);
INSERT INTO "tasks" VALUES(1,'announce','T0SANDBOX','firstone','',1795003220000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(2,'announce','T0SANDBOX','waiting1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(3,'submit','T0SANDBOX','waiting1','waiting1-0',1795003580000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(4,'report','T0SANDBOX','waiting1','',1795003250000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(5,'announce','T0SANDBOX','sending1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(6,'submit','T0SANDBOX','sending1','sending1-0',1795003580000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(7,'report','T0SANDBOX','sending1','',1795003260000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(9,'alert','T0SANDBOX','','channel:T0SANDBOX/C0DESIGN|2026-11-18|100|50000',1795003280000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(10,'announce','T0SANDBOX','running1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(11,'submit','T0SANDBOX','running1','running1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(12,'report','T0SANDBOX','running1','',1795003280000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(14,'poll','T0SANDBOX','running1','running1-0',1795003640000000,'gone',1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(16,'announce','T0SANDBOX','shown001','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(17,'submit','T0SANDBOX','shown001','shown001-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(18,'report','T0SANDBOX','shown001','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(20,'poll','T0SANDBOX','shown001','shown001-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(22,'deliver','T0SANDBOX','shown001','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(24,'announce','T0SANDBOX','shown002','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(25,'submit','T0SANDBOX','shown002','shown002-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(26,'report','T0SANDBOX','shown002','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(28,'poll','T0SANDBOX','shown002','shown002-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(30,'deliver','T0SANDBOX','shown002','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(32,'announce','T0SANDBOX','showing1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(33,'submit','T0SANDBOX','showing1','showing1-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(34,'report','T0SANDBOX','showing1','',1795003340000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(36,'poll','T0SANDBOX','showing1','showing1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(38,'deliver','T0SANDBOX','showing1','',1795003600000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(40,'announce','T0SANDBOX','refused1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(41,'submit','T0SANDBOX','refused1','refused1-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(42,'report','T0SANDBOX','refused1','',1795003360000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(44,'poll','T0SANDBOX','refused1','refused1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(47,'announce','T0SANDBOX','calledof','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(48,'submit','T0SANDBOX','calledof','calledof-0',1795003580000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(49,'report','T0SANDBOX','calledof','',1795003380000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(50,'clean','T0SANDBOX','calledof','',1795003380000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(52,'announce','T0SANDBOX','overrun1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(53,'submit','T0SANDBOX','overrun1','overrun1-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(54,'report','T0SANDBOX','overrun1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(56,'poll','T0SANDBOX','overrun1','overrun1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(58,'deliver','T0SANDBOX','overrun1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(60,'announce','T0SANDBOX','repriced','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(61,'submit','T0SANDBOX','repriced','repriced-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(62,'report','T0SANDBOX','repriced','',1795003420000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(64,'poll','T0SANDBOX','repriced','repriced-0',1795003420000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(66,'announce','T0SANDBOX','unknown1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(67,'submit','T0SANDBOX','unknown1','unknown1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(68,'report','T0SANDBOX','unknown1','',1795003440000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(70,'alert','T0SANDBOX','','doubt|unknown1',1795004340000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(71,'reckon','T0SANDBOX','unknown1','',1795089840000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(73,'announce','T0SANDBOX','late0001','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(74,'submit','T0SANDBOX','late0001','late0001-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(75,'report','T0SANDBOX','late0001','',1795003460000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(77,'poll','T0SANDBOX','late0001','late0001-0',1795003460000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(79,'alert','T0SANDBOX','','doubt|late0001',1795004360000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(80,'reckon','T0SANDBOX','late0001','',1795089860000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(82,'announce','T0SANDBOX','put_righ','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(83,'submit','T0SANDBOX','put_righ','put_righ-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(84,'report','T0SANDBOX','put_righ','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(86,'poll','T0SANDBOX','put_righ','put_righ-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(88,'deliver','T0SANDBOX','put_righ','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(90,'announce','T0SANDBOX','latebill','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(91,'submit','T0SANDBOX','latebill','latebill-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(92,'report','T0SANDBOX','latebill','',1795003500000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(94,'poll','T0SANDBOX','latebill','latebill-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(97,'prepare','T0SANDBOX','edit0new','',1795003520000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(98,'prepare','T0SANDBOX','edit0go1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(99,'submit','T0SANDBOX','edit0go1','edit0go1-0',1795003580000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(100,'report','T0SANDBOX','edit0go1','',1795003550000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(101,'prepare','T0SANDBOX','edited01','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(102,'submit','T0SANDBOX','edited01','edited01-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(103,'report','T0SANDBOX','edited01','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(105,'poll','T0SANDBOX','edited01','edited01-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(107,'deliver','T0SANDBOX','edited01','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(109,'clean','T0SANDBOX','edited01','',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(110,'hear','T0SANDBOX','','T0SANDBOX:C0DESIGN:1763200000.000001',1795003580000000,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(111,'export','T0SANDBOX','','U0CAROL|2026-11',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(112,'tell','T0SANDBOX','refused1','',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(113,'tidy','','','',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(114,'alert','T0SANDBOX','','concern|T0SANDBOX|overrun|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(115,'alert','T0SANDBOX','','concern|T0SANDBOX|doubt|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(116,'alert','T0SANDBOX','','concern|T0SANDBOX|no_price|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(117,'alert','T0SANDBOX','','concern|T0SANDBOX|odd_price|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(118,'alert','T0SANDBOX','','concern|T0SANDBOX|drift|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(119,'alert','T0SANDBOX','','concern|T0SANDBOX|clock|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(120,'alert','T0SANDBOX','','concern|T0SANDBOX|digest|fixture',1795003560000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(121,'announce','T0SANDBOX','stuck001','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(122,'submit','T0SANDBOX','stuck001','stuck001-0',NULL,NULL,1,0,NULL,1795003580000000,'RuntimeError: it broke',0);
INSERT INTO "tasks" VALUES(123,'report','T0SANDBOX','stuck001','',1795003590000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(124,'hear','T0SANDBOX','','T0SANDBOX:C0DESIGN:1763200000.000002',NULL,NULL,1,0,NULL,1795003580000000,'RuntimeError: it broke',0);
INSERT INTO "tasks" VALUES(125,'announce','T0SANDBOX','unshown1','',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(126,'submit','T0SANDBOX','unshown1','unshown1-0',NULL,NULL,2,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(127,'report','T0SANDBOX','unshown1','',1795003600000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(129,'poll','T0SANDBOX','unshown1','unshown1-0',NULL,NULL,1,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(131,'deliver','T0SANDBOX','unshown1','',NULL,NULL,1,0,NULL,1795003600000000,'delivery_refused: file_upload_disabled',0);
INSERT INTO "tasks" VALUES(133,'tell','T0SANDBOX','','draft:confirm1',1795007200000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(134,'petition','T0SANDBOX','','petition',1795003640000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(135,'petition','T0SANDBOX','','denied01',1795003660000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(136,'petition','T0SANDBOX','','approved',1795003680000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(138,'alert','T0SANDBOX','','user:T0SANDBOX/U0ALICE|2026-11-18|100|1107500',1795003680000000,NULL,0,0,NULL,NULL,NULL,0);
INSERT INTO "tasks" VALUES(139,'announce','T0SANDBOX','approjob','',1795003680000000,NULL,0,0,NULL,NULL,NULL,0);
CREATE TABLE turns (
	team_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_turns PRIMARY KEY (team_id, user_id)
);
INSERT INTO "turns" VALUES('T0SANDBOX','U0ALICE',1795003600000000);
CREATE INDEX ix_jobs_team_id_channel_id_thread_ts ON jobs (team_id, channel_id, thread_ts);
CREATE INDEX ix_jobs_team_id_created_at ON jobs (team_id, created_at);
CREATE INDEX ix_tasks_due ON tasks (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_tasks_parked ON tasks (job_id) WHERE parked_at IS NOT NULL;
CREATE INDEX ix_shelf_expires_at ON shelf (expires_at);
CREATE INDEX ix_hold_legs_scope_period_key ON hold_legs (scope, period_key);
CREATE INDEX ix_budgets_team_id ON budgets (team_id);
CREATE INDEX ix_budget_changes_team_id_id ON budget_changes (team_id, id);
CREATE INDEX ix_jobs_running ON jobs (team_id, user_id, channel_id, status) WHERE status IN ('submitting', 'running');
CREATE INDEX ix_drafts_team_id_state ON drafts (team_id, state);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('ledger_entries',241);
INSERT INTO "sqlite_sequence" VALUES('budget_changes',10);
INSERT INTO "sqlite_sequence" VALUES('tasks',140);
COMMIT;

"""The help of every command and option, in Simplified Chinese."""

from typing import Final

HELP: Final[dict[str, str]] = {
    # All of it
    (
        "Keep, move and prove pooled money.\n\n"
        "Begin with 'tpwallet init', or watch 'tpwallet demo'. Every command has '--help'."
    ): (
        "保管、划转并证明资金池中的资金。\n\n"
        "可从 'tpwallet init' 开始，或观看 'tpwallet demo'。每个命令都有 '--help'。"
    ),
    "The pool's directory. Default: $TPWALLET_POOL, or ./pool.": (
        "资金池目录。默认：$TPWALLET_POOL，否则 ./pool。"
    ),
    "Work through the hub at this address. Default: $TPWALLET_URL.": (
        "通过该地址的服务操作。默认：$TPWALLET_URL。"
    ),
    "The API key for the hub. Default: $TPWALLET_KEY.": (
        "访问服务的 API 密钥。默认：$TPWALLET_KEY。"
    ),
    "Answer with one JSON value, for programs.": "以一个 JSON 值作答，供程序使用。",
    "Speak this language. Default: what the environment says.": "使用的语言。默认：由环境决定。",
    "Show the version and exit.": "显示版本并退出。",
    "Makes the command repeatable: the same id gives the first answer again.": (
        "使命令可以重复：相同的编号得到第一次的答复。"
    ),
    "Say what would be answered; change nothing.": "只说明会得到什么答复，不作任何更改。",
    "How many at most.": "最多多少条。",
    "Go on from the page before.": "从上一页继续。",
    "Begin with the latest.": "从最新的开始。",
    "After this position or time.": "在该位置或时间之后。",
    "Up to this position or time.": "到该位置或时间为止。",
    # init, serve, doctor, views
    (
        "Make a pool, and its first API key.\n\n"
        "DIRECTORY is made if it is not there; the default is $TPWALLET_POOL, or ./pool. The key's"
        " token\nis printed once and kept in DIRECTORY/admin.key, which its owner alone can read."
    ): (
        "建立资金池及其第一个 API 密钥。\n\n"
        "DIRECTORY 不存在时会建立；默认为 $TPWALLET_POOL，否则 ./pool。密钥令牌只显示一次，"
        "并保存在仅所有者可读的 DIRECTORY/admin.key 中。"
    ),
    "What the pool is called. Default: the directory's name.": "资金池的名称。默认：目录名。",
    "The asset values are shown in.": "显示价值所用的资产。",
    "Where the journal is kept: sqlite (in the directory), or a postgresql:// address.": (
        "日志保存在何处：sqlite（目录内），或 postgresql:// 地址。"
    ),
    "Where the pool's data may lie, as a note.": "资金池数据可存放的地区，仅作备注。",
    (
        "Serve pools over HTTP until interrupted.\n\n"
        "DIRECTORIES are the pools; the default is the pool of --pool. A key belongs to one pool"
        " and\nleads to it."
    ): (
        "通过 HTTP 提供资金池服务，直到被中断。\n\n"
        "DIRECTORIES 为各资金池；默认为 --pool 的资金池。每个密钥属于一个资金池，并通向它。"
    ),
    "The address to listen at.": "监听地址。",
    "The port to listen at.": "监听端口。",
    (
        "Examine a pool and the machine it runs on.\n\n"
        "Nothing is changed, and the pool may be in use meanwhile. The exit status is 1 when"
        " something\nis broken."
    ): (
        "检查资金池及其所在的机器。\n\n不作任何更改，期间资金池可以照常使用。有损坏时退出状态为 1。"
    ),
    "Read the whole journal and its views too: for texts nothing refers to, and for damage.": (
        "同时读取整个日志及读模型：查找无人引用的文本与损坏。"
    ),
    "Rebuild the read models from the journal.": "从日志重建读模型。",
    (
        "Throw the read models away and build them again from the journal.\n\n"
        "Balances at past moments, the directory of accounts and the log's hashes are read models."
        "\nCheckpoints are not: they are evidence, and are compared with what is built."
    ): (
        "丢弃读模型，并从日志重新建立。\n\n"
        "历史余额、账户目录和日志树哈希都是读模型。检查点不是：它们是证据，会与重建结果比对。"
    ),
    (
        "Destroy the key of a person, and with it all that was sealed for them.\n\n"
        "It cannot be taken back. The books stay as they are; backups made before still hold the"
        " texts.\nThe pool may be in use meanwhile."
    ): (
        "销毁一个人的密钥，以及为其密封的一切内容。\n\n"
        "无法撤销。账簿保持不变；此前的备份中仍有这些文本。期间资金池可以照常使用。"
    ),
    "Do not ask whether that is meant.": "不再询问是否确定。",
    # account
    "Open accounts, look at them, and say what they may do.": "开立、查看账户，并决定其可做什么。",
    (
        "Open an account at an address.\n\n"
        "ADDRESS is a path such as customer/42/EUR. Opening the same account again changes nothing."
    ): (
        "在某个地址开立账户。\n\n"
        "ADDRESS 是形如 customer/42/EUR 的路径。重复开立同一账户不会有任何更改。"
    ),
    "The asset it holds: EUR, BTC …": "账户持有的资产：EUR、BTC 等。",
    "What it is in the books.": "它在账簿中的类别。",
    "A code of your own, in the kind's range.": "自定代码，须在该类别的范围内。",
    "Let the balance pass zero to the other side.": "允许余额越过零到另一方向。",
    "Let raw batches move it without a grant.": "允许原始批次无需授权即可动用。",
    "A public note, kept for ever. May be repeated.": "公开备注，永久保存。可重复使用。",
    (
        "List accounts and their balances.\n\n"
        "With a PREFIX those whose addresses begin with it, by address; without, all in order of"
        "\nopening."
    ): (
        "列出账户及其余额。\n\n"
        "给出 PREFIX 时，按地址列出以其开头的账户；否则按开立顺序列出全部账户。"
    ),
    "Show those of many accounts that there are.\n\nACCOUNTS are addresses, or # and an id.": (
        "显示多个账户中存在的那些。\n\nACCOUNTS 为地址，或 # 加编号。"
    ),
    "Opened after this position or time.": "在该位置或时间之后开立。",
    "Opened up to this position or time.": "到该位置或时间为止开立。",
    "Only accounts in this asset.": "仅限该资产的账户。",
    "Only accounts of this kind.": "仅限该类别的账户。",
    "Show one account.\n\nACCOUNT is an address, or # and an id.": (
        "显示一个账户。\n\nACCOUNT 为地址，或 # 加编号。"
    ),
    "Stop an account moving money until it is reopened.": "冻结账户，直到重新启用。",
    "Close an account that holds nothing.": "关闭没有余额的账户。",
    "Let a frozen or closed account move money again.": "重新启用已冻结或已关闭的账户。",
    "Let an account be overdrawn up to LIMIT; 0 ends the line.": (
        "允许账户透支至 LIMIT；0 表示取消额度。"
    ),
    # transfer
    "Move money, reserve it, and look at what was moved.": "划转、预留资金，并查看已划转的资金。",
    (
        "Move AMOUNT of ASSET from DEBIT to CREDIT.\n\n"
        "A debit adds to an asset account and takes from a customer's: money coming in at the bank"
        " for a\ncustomer debits bank/main/EUR and credits customer/42/EUR."
    ): (
        "将 AMOUNT 数量的 ASSET 从 DEBIT 转到 CREDIT。\n\n"
        "借记使资产账户增加、使客户账户减少：银行收到客户款项时，借记 bank/main/EUR，"
        "贷记 customer/42/EUR。"
    ),
    "What kind of movement this is.": "这笔划转的类型代码。",
    "The transfer's own 128-bit id, decimal.": "该转账自己的 128 位编号，十进制。",
    "The day it counts for: 2026-01-31.": "计入的日期：2026-01-31。",
    "Reserve AMOUNT of ASSET: post it, void it, or let it expire.": (
        "预留 AMOUNT 数量的 ASSET：之后可入账、撤销或任其到期。"
    ),
    "Release it after so long; 0: never.": "多久之后释放；0 表示永不。",
    "Post a reservation, whole or in part.": "将预留入账，全部或部分。",
    "Post only so much; the rest is released.": "只入账这么多，其余释放。",
    "The asset of the amount.": "金额的资产。",
    "Release a reservation.": "释放预留。",
    "Show one transfer by its id.": "按编号显示一笔转账。",
    "Show those of many transfers that there are, by their ids.": (
        "按编号显示多笔转账中存在的那些。"
    ),
    "List transfers in the journal's order.": "按日志顺序列出转账。",
    "Only those of one account.": "仅限某一账户。",
    "Only those in this asset.": "仅限该资产。",
    "Only those with this code.": "仅限该代码。",
    "Only those with this user data; an imported reference is here.": (
        "仅限该用户数据；导入的 reference 在此。"
    ),
    "Only those with these 64 bits of user data.": "仅限该 64 位用户数据。",
    "Only those with these 32 bits of user data.": "仅限该 32 位用户数据。",
    "Only those on this side of the account.": "仅限账户的该方。",
    # balance, statement, import
    (
        "Show an account's balance, now or at any past moment.\n\n"
        "ACCOUNT is an address, or # and an id."
    ): "显示账户余额，现在的或任何过去时刻的。\n\nACCOUNT 为地址，或 # 加编号。",
    "After this moment: a position, or a time such as 2026-01-31T12:00:00Z.": (
        "在该时刻之后：一个位置，或形如 2026-01-31T12:00:00Z 的时间。"
    ),
    (
        "Show an account's postings, with the balances after each.\n\n"
        "ACCOUNT is an address, or # and an id."
    ): "显示账户的分录及每笔之后的余额。\n\nACCOUNT 为地址，或 # 加编号。",
    "Bring transfers in from a file, with their history.": "从文件导入转账及其历史。",
    (
        "Import a file of transfers: all of it, or nothing.\n\n"
        "FILE is .csv, .ndjson or .parquet with the columns debit, credit, amount, asset, and,"
        " where\nwanted, id, timestamp, kind, pending_id, timeout_seconds, code, reference. With a"
        " timestamp on\nevery line the transfers bring their own past. Every bad line is named with"
        " its reason."
    ): (
        "导入转账文件：要么全部导入，要么完全不导入。\n\n"
        "FILE 为 .csv、.ndjson 或 .parquet，列为 debit、credit、amount、asset，以及可选的 id、"
        "timestamp、kind、pending_id、timeout_seconds、code、reference。每行都有 timestamp 时，"
        "转账带有自己的过去时间。每个有误的行都会说明原因。"
    ),
    # export, verify, proof, replay
    (
        "Write the whole journal into one file.\n\n"
        "Anybody can verify the file with verify_tpwallet.py and nothing else. The pool may be in"
        " use\nmeanwhile. Whoever has the file sees everything in the journal."
    ): (
        "将整个日志写入一个文件。\n\n"
        "任何人仅凭 verify_tpwallet.py 即可验证该文件。期间资金池可以照常使用。"
        "持有该文件者可以看到日志的全部内容。"
    ),
    "Where to write it. Default: the pool's name, .tpwx.": "写到何处。默认：资金池名加 .tpwx。",
    (
        "Verify a pool or an export: chain, double entry, log, signatures, replay.\n\n"
        "SUBJECT is a pool's directory or a .tpwx file; the default is the pool of --pool. A pool"
        " may be\nin use meanwhile. The last line begins with OK when everything holds."
    ): (
        "验证资金池或导出文件：链、复式记账、日志树、签名、重放。\n\n"
        "SUBJECT 为资金池目录或 .tpwx 文件；默认为 --pool 的资金池。期间资金池可以照常使用。"
        "一切成立时，最后一行以 OK 开头。"
    ),
    (
        "Write a report for programs: what was found where, and what can be trusted. An earlier"
        " report is replaced."
    ): "写出供程序使用的报告：何处有何发现，哪些可信。先前的报告会被替换。",
    "Write only up to this position: what comes before damage.": (
        "只写到该位置为止：即损坏之前的部分。"
    ),
    "Copy only up to this position: what comes before damage.": (
        "只复制到该位置为止：即损坏之前的部分。"
    ),
    "Trust signatures of this key and no other. May be repeated.": (
        "只信任该密钥的签名。可重复使用。"
    ),
    "Make proofs that anybody can check without the pool.": "制作任何人无需资金池即可核验的证明。",
    "Where to write it. Default: standard output.": "写到何处。默认：标准输出。",
    "Prove that a transfer stands in the journal, and show nothing of its neighbours.": (
        "证明某笔转账在日志中，且不透露相邻转账。"
    ),
    "Prove that an event stands at a position of the journal.": "证明某事件位于日志的某个位置。",
    (
        "Prove that the journal at OLD is how the journal at NEW begins.\n\n"
        "Both are positions; without NEW the newest checkpoint is taken."
    ): ("证明 NEW 处的日志以 OLD 处的日志开头。\n\n两者均为位置；不给出 NEW 时使用最新检查点。"),
    "Show the newest signed checkpoint, or that of a position.": (
        "显示最新的签名检查点，或某位置的检查点。"
    ),
    (
        "Rebuild the state from the journal, and say its hash and the speed.\n\n"
        "Nothing is changed, and the pool may be in use meanwhile. Two pools whose journals are the"
        " same\narrive at the same hash."
    ): (
        "从日志重建状态，并给出其哈希和速度。\n\n"
        "不作任何更改，期间资金池可以照常使用。日志相同的两个资金池得到相同的哈希。"
    ),
    "Only up to this position.": "只到该位置为止。",
    # backup, restore
    (
        "Copy the pool into a new DIRECTORY, while it may be in use.\n\n"
        "The copy is of one moment and is verified from nothing before it is called a backup, and"
        " it is\nsigned with the pool's key. The keys go into a file of their own: keep it"
        " somewhere else."
    ): (
        "将资金池复制到新的 DIRECTORY，期间可以照常使用。\n\n"
        "副本属于同一时刻，在从头验证之后才称为备份，并由资金池的密钥签名。密钥写入单独的文件：请另处保管。"
    ),
    "Write the keys to this file. Default: a file beside DIRECTORY.": (
        "将密钥写入该文件。默认：DIRECTORY 旁边的文件。"
    ),
    "Leave the keys out: you have them elsewhere.": "不含密钥：您已另处保存。",
    "Seal the keys with a passphrase: $TPWALLET_PASSPHRASE, or asked for.": (
        "用口令封存密钥：取自 $TPWALLET_PASSPHRASE，或当场询问。"
    ),
    "Do not read the copy back; restoring will.": "不回读副本；恢复时会回读。",
    (
        "Restore a BACKUP into a new DIRECTORY, and prove that it is the same pool.\n\n"
        "The backup must be signed with the pool's key; every file is compared with what was"
        " signed, and\nthe journal is verified with every checkpoint that was ever kept. Never run"
        " a restored pool\nbeside the one it came from."
    ): (
        "将 BACKUP 恢复到新的 DIRECTORY，并证明是同一个资金池。\n\n"
        "备份必须由资金池的密钥签名；每个文件都与所签内容比对，日志用所有保存过的检查点验证。"
        "切勿让恢复的资金池与原资金池同时运行。"
    ),
    "The keys. Default: the file beside BACKUP.": "密钥文件。默认：BACKUP 旁边的文件。",
    "Take only a backup that is signed with this key. May be repeated.": (
        "只接受由该密钥签名的备份。可重复使用。"
    ),
    "Take a backup that nobody has signed: commits may be missing at its end.": (
        "接受无人签名的备份：其末尾可能缺少提交。"
    ),
    # key, asset, period, document
    "Make, list and close the keys that programs present.": "建立、列出、作废程序使用的密钥。",
    (
        "Make an API key; its token is shown this once.\n\n"
        "KEY_ID is what the key is called, here and in the journal."
    ): "建立 API 密钥；其令牌只显示这一次。\n\nKEY_ID 是密钥在此处和日志中的名称。",
    "What it may do. May be repeated.": "它可以做什么。可重复使用。",
    "It opens nothing from then on: 2027-01-31T00:00:00Z.": (
        "从该时刻起失效：2027-01-31T00:00:00Z。"
    ),
    "Close an API key for good.": "永久作废一个 API 密钥。",
    "List API keys, without their tokens.": "列出 API 密钥，不含令牌。",
    "Say who may move guarded accounts by raw batches.": "决定谁可用原始批次动用受保护的账户。",
    (
        "Let HOLDER move the guarded accounts below SUBTREES by raw batches.\n\n"
        "HOLDER is who sends them, such as key:loader; SUBTREES are addresses, such as customer or"
        "\ncustomer/eu."
    ): (
        "允许 HOLDER 用原始批次动用 SUBTREES 之下受保护的账户。\n\n"
        "HOLDER 为发送批次者，如 key:loader；SUBTREES 为地址，如 customer 或 customer/eu。"
    ),
    "Only accounts in this asset. May be repeated; default: every asset.": (
        "仅限该资产的账户。可重复使用；默认：所有资产。"
    ),
    "End a grant, by the BIT it is listed under.": "按列表中的 BIT 终止一项授权。",
    "List the grants in force.": "列出有效的授权。",
    "List assets, and register, rescale and delist them.": "列出、登记、换算、停用资产。",
    "List every asset the pool knows.": "列出资金池认识的所有资产。",
    "Add an asset of the pool's own.": "添加资金池自有资产。",
    "Its decimal places.": "小数位数。",
    "Its ledger number.": "账本编号。",
    "Take an asset that nobody holds out of use, for good.": "永久停用一种无人持有的资产。",
    "The asset that takes its place.": "取代它的资产。",
    (
        "Move every balance of OLD into NEW, without loss, and delist OLD.\n\n"
        "Each account gets a twin in NEW. Nothing is rounded: a balance that is no whole number of"
        " NEW's\nsmallest unit is refused with what would be left over, before anything is moved."
        " The pool must\nnot be in use."
    ): (
        "将 OLD 的所有余额无损地转为 NEW，并停用 OLD。\n\n"
        "每个账户在 NEW 中得到一个对应账户。不作任何舍入：余额若不是 NEW 最小单位的整数倍，"
        "则在划转之前拒绝并说明余数。资金池不得正在使用。"
    ),
    "Whole units of NEW for one of OLD, exactly: 1, 100 or 1/1000.": (
        "一单位 OLD 合多少单位 NEW，须精确：1、100 或 1/1000。"
    ),
    "Try every account; change nothing.": "试算每个账户，不作任何更改。",
    # segment, vault
    "Archive the journal's beginning in files.": "将日志的开头归档到文件。",
    (
        "Move the journal up to position THROUGH into a file of its own.\n\n"
        "The file is verified from end to end and its hash recorded before the database drops"
        " anything.\nAfterwards it may be moved away: the pool pays on, and names the file when it"
        " is wanted. Keep\nit: without it the journal cannot be verified or exported whole. The"
        " pool must not be in use."
    ): (
        "将位置 THROUGH 及之前的日志移入单独的文件。\n\n"
        "文件从头到尾验证并记录其哈希之后，数据库才会删除内容。"
        "此后文件可以移走：资金池照常支付，需要时会指出文件名。"
        "请保存好它：没有它就无法完整验证或导出日志。资金池不得正在使用。"
    ),
    "Where the file goes. Default: the pool's folder for segments.": (
        "文件放在何处。默认：资金池的归档目录。"
    ),
    "List the segments, and whether their files are there.": "列出各段归档，及其文件是否在原处。",
    "Look after sealed personal texts.": "管理密封的个人文本。",
    (
        "Delete sealed texts that no commit refers to.\n\n"
        "A crash or a refusal leaves them. What was sealed within the last day stays: its command"
        " may be\nunder way. The pool may be in use meanwhile."
    ): (
        "删除没有任何提交引用的密封文本。\n\n"
        "它们是崩溃或拒绝留下的。最近一天内密封的会保留：其命令可能尚未完成。"
        "资金池可以同时使用。"
    ),
    "Only count them; delete nothing.": "只统计，不删除。",
    "Vouch for the clock after it was refused.": "时钟被拒绝之后，为其担保。",
    (
        "Believe the clock again after it was refused (clock_refused).\n\n"
        "First see that the machine's time is right: what has run out by it is released at once."
        " REASON\nstays in the journal. It holds for the process that has the pool: with --url,"
        " the hub, until it\nends or the clock jumps again."
    ): (
        "时钟被拒绝（clock_refused）之后，重新信任它。\n\n"
        "请先确认机器的时间正确：按此时间已到期的预留会立即释放。REASON 永久保存在日志中。"
        "它对持有资金池的进程有效：使用 --url 时即该服务，直到其结束或时钟再次跳变。"
    ),
    "Close the books up to a day.": "结账到某一天。",
    "Let nothing more be booked for days up to THROUGH, such as 2026-01-31.": (
        "THROUGH（如 2026-01-31）及之前的日期不再记账。"
    ),
    "Show up to which day the books are closed.": "显示已结账到哪一天。",
    "Put, show and bring back the documents that govern the pool.": (
        "放入、显示、恢复管理资金池的文件。"
    ),
    "Add a version of a document; FILE is JSON, - is standard input.": (
        "添加文件的一个版本；FILE 为 JSON，- 表示标准输入。"
    ),
    "The form its content has.": "内容的格式版本。",
    "In force from then on. Default: now.": "从该时刻起生效。默认：现在。",
    "Show what is in force: every document of a KIND, or one by its NAME.": (
        "显示生效的文件：某个 KIND 的全部，或按 NAME 指定的一个。"
    ),
    "Show every version of a document, oldest first.": "显示文件的所有版本，最早的在前。",
    "Bring back an earlier version's content, as a new version.": (
        "以新版本的形式恢复早先版本的内容。"
    ),
}

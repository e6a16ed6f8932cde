"""What the command line says, in Simplified Chinese; help texts and codes are beside it."""

from typing import Final

from tpwallet.faces.cli.chinese.names import NAMES

SENTENCES: Final[dict[str, str]] = {
    # The frame of every command
    "Usage: ": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Money": "资金",
    "Looking": "查询",
    "Proof and safety": "证明与安全",
    "Administration": "管理",
    "Running": "运行",
    "Laboratory": "实验室",
    "Show this message and exit.": "显示此信息并退出。",
    "Try '{command} --help' for help.": "请用 '{command} --help' 查看帮助。",
    "Error: ": "错误：",
    "There is no option {name}.": "没有选项 {name}。",
    "An amount is not below 0: to move it the other way, let DEBIT and CREDIT change places.": (
        "金额不小于 0：若要反向划转，请将 DEBIT 与 CREDIT 互换。"
    ),
    "{name} is missing.": "缺少 {name}。",
    "{name}: {reason}": "{name}：{reason}",
    "Interrupted.": "已中断。",
    "--metadata wants NAME=TEXT, not {text}": "--metadata 的形式为 NAME=TEXT，而不是 {text}",
    "--no-secrets goes with neither --secrets-to nor --encrypt": (
        "--no-secrets 不能与 --secrets-to 或 --encrypt 同用"
    ),
    "Compiling the ledger's loops (once, about 30 seconds) …": (
        "正在编译账本循环（仅一次，约 30 秒）……"
    ),
    "More: --cursor {cursor}": "更多：--cursor {cursor}",
    "(a plug-in)": "（插件）",
    "Watch a wallet firm's business day, with a crash in it.": (
        "观看一家钱包公司的营业日，其中有一次崩溃。"
    ),
    "Measure this machine.": "测量这台机器。",
    "Run the simulated world with faults.": "运行带故障的模拟世界。",
    (
        "{name} is not part of this installation. It comes with the whole package: "
        "pip install 'tpwallet[demo]'"
    ): "此安装不含 {name}。完整软件包中有：pip install 'tpwallet[demo]'",
    # What to do about an error
    "See what can still be trusted: tpwallet verify --report FILE": (
        "查看哪些仍然可信：tpwallet verify --report FILE"
    ),
    "It may be served: use its address, --url URL --key TOKEN": (
        "它可能正在提供服务：请使用其地址，--url URL --key TOKEN"
    ),
    "Put the same command again with the same --command-id.": (
        "请用相同的 --command-id 再次发出同一命令。"
    ),
    "Name a key: --key TOKEN, or TPWALLET_KEY": "请给出密钥：--key TOKEN，或 TPWALLET_KEY",
    # Progress
    "Archiving": "正在归档",
    "Copying": "正在复制",
    "Exporting": "正在导出",
    "Comparing with the manifest": "正在与清单比对",
    "Reading the journal": "正在读取日志",
    "Replaying": "正在重放",
    "Moving balances": "正在划转余额",
    "Restoring": "正在恢复",
    "Trying every account": "正在试算每个账户",
    "Dropping what the segment holds": "正在删除已归档的内容",
    "Verifying": "正在验证",
    **NAMES,
    # What was done
    "The pool '{name}' is made.": "资金池“{name}”已建立。",
    "\nKeep secrets.json and admin.key apart from copies of the rest. Next:\n": (
        "\n请将 secrets.json 和 admin.key 与其余部分的副本分开保管。接下来：\n"
    ),
    "Nothing was changed. It would be accepted.": "没有任何更改。该命令会被接受。",
    "{account} is open.": "{account} 已开立。",
    "{account} is frozen.": "{account} 已冻结。",
    "{account} is closed.": "{account} 已关闭。",
    "{account} moves money again.": "{account} 已重新启用。",
    "{account} may be overdrawn by {limit} {asset}.": "{account} 可透支 {limit} {asset}。",
    "There are no accounts.": "没有账户。",
    "Moved.": "已划转。",
    "Reserved.": "已预留。",
    "Posted.": "已入账。",
    "Released.": "已释放。",
    "{account}, opening balance {amount} {asset}": "{account}，期初余额 {amount} {asset}",
    "closing balance {amount} {asset}, at position {position}": (
        "期末余额 {amount} {asset}，位置 {position}"
    ),
    "There are no postings.": "没有分录。",
    "All of it would be imported. Transfers: {count}": "可以全部导入。转账数：{count}",
    "All of it is imported, at position {position}. Transfers: {count}": (
        "已全部导入，位置 {position}。转账数：{count}"
    ),
    "Nothing was imported. Wrong lines: {count}": "没有导入任何内容。有误的行：{count}",
    "… and {count} more; --json tells them.": "……还有 {count} 个；--json 会全部列出。",
    "The journal is in {file}.": "日志在 {file} 中。",
    "Check it with: python verify_tpwallet.py {file} --key '{vkey}'": (
        "核验方法：python verify_tpwallet.py {file} --key '{vkey}'"
    ),
    "The proof is in {file}. Check it with: python verify_tpwallet.py {file}": (
        "证明在 {file} 中。核验方法：python verify_tpwallet.py {file}"
    ),
    "Replayed {count} events in {seconds} seconds: {rate} a second.": (
        "{seconds} 秒内重放了 {count} 个事件：每秒 {rate} 个。"
    ),
    "The key '{key}' is made. Its token is shown this once:": (
        "密钥“{key}”已建立。其令牌只显示这一次："
    ),
    "The key '{key}' opens nothing any more.": "密钥“{key}”已作废。",
    "There are no keys.": "没有密钥。",
    "Bit": "位",
    "Holder": "持有者",
    "Subtrees": "子树",
    "Assets": "资产",
    "every asset": "所有资产",
    "{holder} may move accounts below {subtrees} by raw batches.": (
        "{holder} 可用原始批次动用 {subtrees} 之下的账户。"
    ),
    "The grant {bit} is ended.": "授权 {bit} 已终止。",
    "There are no grants.": "没有授权。",
    "The clock is believed.": "时钟已获信任。",
    "{asset} is registered.": "{asset} 已登记。",
    "{asset} is delisted.": "{asset} 已停用。",
    "{count} accounts would be moved exactly.": "{count} 个账户可以精确划转。",
    "{count} accounts were moved; {asset} is delisted.": "已划转 {count} 个账户；{asset} 已停用。",
    "Positions {first} to {last} are archived.": "位置 {first} 至 {last} 已归档。",
    "Nothing was archived.": "没有归档。",
    "yes": "是",
    "no": "否",
    "{count} sealed texts would be deleted.": "将删除 {count} 条密封文本。",
    "{count} sealed texts were deleted.": "已删除 {count} 条密封文本。",
    "sealed texts": "密封文本",
    "too young to judge": "尚不能判断",
    "sha256": "SHA-256",
    "file": "文件",
    "From": "自",
    "Through": "至",
    "Bytes": "字节",
    "File": "文件",
    "There": "在原处",
    "The books are closed through {day}.": "已结账至 {day}。",
    "No period is closed.": "尚未结账。",
    "A version of {kind}/{name} was added.": "{kind}/{name} 已添加一个版本。",
    "{kind}/{name} is as it was in version {version}.": "{kind}/{name} 已恢复为版本 {version}。",
    "There are no documents.": "没有文件。",
    "The read models are built, up to position {position}.": "读模型已建立，至位置 {position}。",
    "Erase {subject} for good?": "永久删除 {subject}？",
    "{subject} is erased. Texts that nobody can open any more: {count}": (
        "{subject} 已删除。再也无法打开的文本：{count}"
    ),
    "tpwallet is listening at {url}": "tpwallet 正在 {url} 提供服务",
    # Backup
    "Passphrase": "口令",
    "OK The backup is in {directory}, verified.": "OK 备份在 {directory} 中，已验证。",
    "The backup is in {directory}, not verified.": "备份在 {directory} 中，未验证。",
    (
        "Checkpoints were signed up to position {position}: whoever has them can show that "
        "this copy ends before."
    ): "检查点已签至位置 {position}：持有它们的人可以证明此副本提前结束。",
    "The keys are in {file}: keep that somewhere else.": "密钥在 {file} 中：请另处保管。",
    (
        "OK The pool '{name}' is restored in {directory}: its key has signed it, and everything in "
        "it verifies."
    ): "OK 资金池“{name}”已恢复到 {directory}：由其密钥签名，且全部通过验证。",
    (
        "UNSIGNED The pool '{name}' is restored in {directory}: what is there fits together, but "
        "nobody has signed what it was."
    ): "UNSIGNED 资金池“{name}”已恢复到 {directory}：现有内容彼此相符，但无人为其签名。",
    "Not proven: that nothing is missing at its end, or was replaced.": "未证明：无缺失，无替换。",
    (
        "Not proven: that this key is the pool's, if the keys came from where the backup did. "
        "Compare it with one you know, or use --vkey."
    ): "未证明：若密钥与备份同处而来，该密钥属于此资金池。请与已知的密钥比对，或用 --vkey。",
    "Not proven: that there is no newer backup. Compare the position with what you know.": (
        "未证明：没有更新的备份。请将位置与您所知的比对。"
    ),
    "--unsigned does not go with --vkey": "--unsigned 不能与 --vkey 同用",
    "Never run it beside the pool it came from: both would write one history.": (
        "切勿与原资金池同时运行：两者会写同一段历史。"
    ),
    # Verification
    "every commit follows and holds its body": "每个提交前后相接且内容完整",
    "every event can be read and applied": "每个事件可读且可应用",
    "double entry, kept a second time": "复式记账（独立重记）",
    "the log's root is the signed one": "日志树的根与签名一致",
    "the pool's key signed": "由资金池的密钥签名",
    "replay arrives at the kept state": "重放得到所保存的状态",
    "past balances, as they were written": "历史余额与写入时一致",
    "names and notes, page by page": "名称与备注（逐页检查）",
    (
        "FAILED {kind} '{name}': every position can be trusted; these read models are damaged "
        "and may have answered wrongly: {views}"
    ): "FAILED {kind}“{name}”：所有位置均可信；以下读模型已损坏，可能给出过错误的回答：{views}",
    "Make them again with: tpwallet views rebuild": "请重建：tpwallet views rebuild",
    "ok": "正常",
    "FAILED": "失败",
    "not checked": "未检查",
    "warning": "警告",
    "the blinding key is not here": "没有盲化密钥",
    "no checkpoint was signed yet": "尚无签名检查点",
    "the journal cannot be read to its end": "日志无法读到末尾",
    "The keys come from the file itself: compare them with ones you know, or use --vkey.": (
        "密钥来自文件本身：请与您已知的密钥比对，或使用 --vkey。"
    ),
    "position {position}: {message}": "位置 {position}：{message}",
    "pool": "资金池",
    "export": "导出文件",
    (
        "OK {kind} '{name}': {events} events in {commits} commits, {transfers} transfers "
        "between {accounts} accounts"
    ): (
        "OK {kind}“{name}”：{commits} 个提交中有 {events} 个事件，"
        "{accounts} 个账户之间有 {transfers} 笔转账"
    ),
    (
        "FAILED {kind} '{name}': the first bad position is {position}; "
        "positions 1 to {trusted} can be trusted"
    ): "FAILED {kind}“{name}”：第一个有问题的位置是 {position}；位置 1 至 {trusted} 可信",
    "FAILED {kind} '{name}': the first bad position is {position}; nothing can be trusted": (
        "FAILED {kind}“{name}”：第一个有问题的位置是 {position}；没有可信的部分"
    ),
    "Save them with: tpwallet backup DIRECTORY --through {at}": (
        "保存可信部分：tpwallet backup DIRECTORY --through {at}"
    ),
    "The report is in {file}.": "报告在 {file} 中。",
    # Doctor
    "All is well.": "一切正常。",
    "Nothing is broken; look at the warnings.": "没有损坏；请查看警告。",
    "Something is broken.": "有损坏之处。",
    "{name}: {advice}": "{name}：{advice}",
    "versions": "版本",
    "sqlite": "SQLite",
    "compiled loops": "编译循环",
    "file system": "文件系统",
    "disk space": "磁盘空间",
    "disk sync": "磁盘同步",
    "secrets": "密钥文件",
    "writer": "写入者",
    "journal": "日志",
    "clock": "时钟",
    "snapshots": "快照",
    "vault": "保险库",
    "orphans": "孤立文本",
    "views": "读模型",
    "{reason}": "{reason}",
    "{kind}": "{kind}",
    "Make one with: tpwallet init {path}": "建立资金池：tpwallet init {path}",
    "Put secrets.json back from where its copy is kept: nothing replaces it.": (
        "请从保管副本之处放回 secrets.json：没有任何东西可以替代它。"
    ),
    "Look at who may read {path}, and at what stands in pool.json and secrets.json.": (
        "请检查谁可读取 {path}，以及 pool.json 和 secrets.json 的内容。"
    ),
    "the journal cannot be read: {reason}": "无法读取日志：{reason}",
    "looked for with --deep": "使用 --deep 时查找",
    "checked with --deep": "使用 --deep 时检查",
    "tpwallet {tpwallet} on Python {python}": "tpwallet {tpwallet}，Python {python}",
    "SQLite {version}": "SQLite {version}",
    "SQLite {version}: {reason}": "SQLite {version}：{reason}",
    "Install a newer apsw: pip install --upgrade apsw": (
        "请安装更新的 apsw：pip install --upgrade apsw"
    ),
    "all compiled": "全部已编译",
    "not all compiled yet: the first commands will wait for it": "尚未全部编译：最初的命令会等待",
    "Run: python -m tpwallet.faces.cli.warming": "请运行：python -m tpwallet.faces.cli.warming",
    "not behind the journal": "不落后于日志",
    "the clock is {behind_ms} ms behind the journal": "时钟比日志慢 {behind_ms} 毫秒",
    "Set the clock right (chrony, ntpd) before writing to this pool.": (
        "写入此资金池之前，请校准时钟（chrony、ntpd）。"
    ),
    "Keep the clock in step with chrony or ntpd.": "请用 chrony 或 ntpd 保持时钟同步。",
    "{free_gib} GiB free": "剩余 {free_gib} GiB",
    "Make room now: without it the pool stops accepting commands.": (
        "请立即腾出空间：否则资金池会停止接受命令。"
    ),
    "Make room, or move the pool to a larger disk.": "请腾出空间，或将资金池移到更大的磁盘。",
    "{per_second} durable writes a second": "每秒 {per_second} 次持久写入",
    "A disk with a protected write cache (most server SSDs) makes payments faster.": (
        "带掉电保护写缓存的磁盘（多数服务器 SSD）可使支付更快。"
    ),
    "{kind}: a network file system": "{kind}：网络文件系统",
    "Keep the pool on a local disk: over a network locks cannot be trusted.": (
        "请将资金池放在本地磁盘：网络上的锁不可信。"
    ),
    "{kind}: memory, not a disk": "{kind}：是内存，不是磁盘",
    "Move the pool to a disk: this one is gone when the machine stops.": (
        "请将资金池移到磁盘：机器停止后它就没有了。"
    ),
    "its owner's alone": "仅所有者可读",
    "others may read it": "他人可读",
    "chmod 600 {path}, and think about who may have read it": (
        "chmod 600 {path}，并考虑谁可能已经读过"
    ),
    "it belongs to another user": "属于其他用户",
    "Run as the owner of {path}, or change the owner.": "请以 {path} 的所有者运行，或更改所有者。",
    "others may look into the pool's directory": "他人可以查看资金池目录",
    "chmod 700 {path}": "chmod 700 {path}",
    "a process writes this pool now": "现在有进程在写此资金池",
    "Commands reach it with --url and --key.": "命令可用 --url 和 --key 访问它。",
    "nobody writes this pool now": "现在没有进程在写此资金池",
    "{position} events, {mib} MiB": "{position} 个事件，{mib} MiB",
    "damaged: {reason}": "已损坏：{reason}",
    "See what can be trusted: tpwallet verify {path} --report FILE": (
        "查看哪些可信：tpwallet verify {path} --report FILE"
    ),
    "Look at the storage the journal is kept in.": "请检查保存日志的存储。",
    "{count}, the newest {lag} events behind": "{count} 个，最新的落后 {lag} 个事件",
    "a snapshot is of position {newest}, the journal ends at {end}": (
        "有快照属于位置 {newest}，而日志止于 {end}"
    ),
    "one was signed at {newest}, the journal ends at {end}": (
        "有检查点签于 {newest}，而日志止于 {end}"
    ),
    "The journal was cut off: restore it from a backup, do not write to it.": (
        "日志被截断：请从备份恢复，不要写入。"
    ),
    "Serve the pool: its follower makes snapshots.": "请让资金池提供服务：其跟随者会制作快照。",
    "Checkpoints are evidence: put the file aside and restore it from a backup.": (
        "检查点是证据：请将文件移开，并从备份恢复。"
    ),
    "there is none yet": "尚无",
    "there is no vault yet": "尚无保险库",
    "They may have answered wrongly; make them again: tpwallet views rebuild": (
        "它们可能给出过错误的回答；请重建：tpwallet views rebuild"
    ),
    "{mib} MiB": "{mib} MiB",
    "{fields} sealed texts": "{fields} 条密封文本",
    "it cannot be read: {reason}": "无法读取：{reason}",
    "Restore vault.db from a backup.": "请从备份恢复 vault.db。",
    "its key does not open what is in it": "其密钥打不开其中的内容",
    "secrets.json and vault.db are not of one pool: restore the secrets.": (
        "secrets.json 与 vault.db 不属于同一资金池：请恢复密钥文件。"
    ),
    "{orphans} sealed texts belong to no commit": "{orphans} 条密封文本不属于任何提交",
    "A crash or a refusal left them; delete them with: tpwallet vault sweep": (
        "它们是崩溃或拒绝留下的；可用 tpwallet vault sweep 删除。"
    ),
    "none; {erased} references to erased texts": "没有；{erased} 个引用指向已删除的文本",
}

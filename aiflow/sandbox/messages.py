"""The Chinese sentences for how a run ended."""

from typing import Final

from aiflow.config import RunnerConfig
from aiflow.sandbox.events import EndReason

_SIGNALS: Final = {
    -4: "程序执行了处理器不认识的指令，被系统结束了。",
    -6: "程序自己异常中止了（abort）。",
    -8: "程序发生了算术错误，被系统结束了。",
    -11: "程序访问了不该访问的内存（段错误），被系统结束了。多半是递归太深，或某个扩展库出了问题。",
    -15: "程序收到结束信号（SIGTERM），已经结束。",
}
_SENTENCES: Final[dict[EndReason, str]] = {
    "stopped": "程序已停止。",
    "wall_timeout": "程序运行满 {limits.wall_timeout_s:g} 秒，到了时间上限，已被结束。"
    "需要更久时，请老师调大 runner.wall_timeout_s。",
    "cpu": "程序用掉了 {limits.cpu_budget_s:g} 秒处理器时间，到了上限，已被结束。"
    "看看是否有不会结束的循环；游戏循环里要用 clock.tick(60) 之类的语句休息。",
    "memory": "程序用的内存超过了上限 {limits.memory_mb} MB，已被结束。"
    "看看是否有不断变大的列表或无尽的循环。",
    "processes": "程序启动的进程超过了上限 {limits.processes} 个，已全部结束。看看是否在循环里不断创建进程。",
    "output": "程序输出的文字超过了上限 {limits.output_mb:g} MB，已被结束。看看是否在循环里不停地 print。",
    "file": "程序写的一个文件超过了上限 {limits.file_mb:g} MB，已被结束。",
    "disk": "项目文件夹超过了上限 {limits.folder_mb:g} MB（或文件太多），程序已被结束。"
    "请删掉不需要的文件再运行。",
    "killed": "程序被系统强行结束了，多半是内存不够。",
    "failed": "程序没能启动。请再试一次；如果总是这样，请让老师运行 aiflow doctor 查看原因。",
}


def end_message(reason: EndReason, code: int | None, limits: RunnerConfig) -> str:
    """Return the sentence for the end of a run; empty for a program that ended with success.

    Args:
        reason: why it ended.
        code: its exit code.
        limits: those that held.
    """
    if reason != "exit":
        return _SENTENCES[reason].format(limits=limits)
    if not code:
        return ""
    return (
        f"程序以错误结束，退出码 {code}。" if code > 0 else _SIGNALS.get(code, f"程序被信号 {-code} 结束了。")
    )

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


def end_message(reason: EndReason, code: int | None, limits: RunnerConfig) -> str:
    """Return the sentence for the end of a run; empty for a program that ended with success.

    Args:
        reason: why it ended.
        code: its exit code.
        limits: those that held.
    """
    match reason:
        case "exit":
            return _exit_message(code or 0)
        case "stopped":
            return "程序已停止。"
        case "wall_timeout":
            return (
                f"程序运行满 {_number(limits.wall_timeout_s)} 秒，到了时间上限，已被结束。需要更久时，"
                f"请老师调大 runner.wall_timeout_s。"
            )
        case "cpu":
            return (
                f"程序用掉了 {_number(limits.cpu_budget_s)} 秒处理器时间，到了上限，已被结束。"
                "看看是否有不会结束的循环；游戏循环里要用 clock.tick(60) 之类的语句休息。"
            )
        case "memory":
            return (
                f"程序用的内存超过了上限 {limits.memory_mb} "
                f"MB，已被结束。看看是否有不断变大的列表或无尽的循环。"
            )
        case "processes":
            return (
                f"程序启动的进程超过了上限 {limits.processes} 个，已全部结束。看看是否在循环里不断创建进程。"
            )
        case "output":
            return (
                f"程序输出的文字超过了上限 {_number(limits.output_mb)} MB，已被结束。"
                f"看看是否在循环里不停地 print。"
            )
        case "file":
            return f"程序写的一个文件超过了上限 {_number(limits.file_mb)} MB，已被结束。"
        case "disk":
            return (
                f"项目文件夹超过了上限 {_number(limits.folder_mb)} MB（或文件太多），程序已被结束。"
                f"请删掉不需要的文件再运行。"
            )
        case "killed":
            return "程序被系统强行结束了，多半是内存不够。"
        case "failed":
            return "程序没能启动。请再试一次；如果总是这样，请让老师运行 aiflow doctor 查看原因。"


def _exit_message(code: int) -> str:
    if code == 0:
        return ""
    if code < 0:
        return _SIGNALS.get(code, f"程序被信号 {-code} 结束了。")
    return f"程序以错误结束，退出码 {code}。"


def _number(value: float) -> str:
    return f"{value:g}"

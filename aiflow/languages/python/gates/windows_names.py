"""The names that ``aiflow.languages.python.gates.windows`` looks for.

Python's library reference, "Availability: Unix".
"""

MODULES = frozenset(
    {"fcntl", "pwd", "grp", "termios", "tty", "curses", "resource", "pty", "posix", "readline", "syslog",
     "crypt", "_crypt", "_curses", "spwd", "nis", "ossaudiodev", "_posixsubprocess", "_posixshmem",
     "_scproxy"}
)  # fmt: skip

WINDOWS_ONLY = frozenset({"msvcrt", "winsound", "winreg", "_winapi", "nt"})

MEMBERS: dict[str, frozenset[str]] = {
    "os": frozenset(
        {"fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getpgid",
         "getpgrp", "getsid", "getgroups", "initgroups", "setsid", "setuid", "seteuid", "setgid", "setegid",
         "setgroups", "setpgid", "setpgrp", "setpriority", "getpriority", "setreuid", "setresuid", "setregid",
         "uname", "killpg", "mkfifo", "mknod", "chown", "lchown", "fchown", "chroot", "getloadavg", "nice",
         "wait", "wait3", "wait4", "waitid", "WNOHANG", "WIFEXITED", "WEXITSTATUS", "WIFSIGNALED", "WTERMSIG",
         "statvfs", "fstatvfs", "openpty", "login_tty", "ttyname", "ctermid", "sysconf", "confstr",
         "pathconf", "posix_spawn", "posix_spawnp", "sched_getaffinity", "sched_setaffinity", "sched_yield",
         "tcgetpgrp", "tcsetpgrp", "sync", "pread", "pwrite", "sendfile", "lockf", "getxattr", "setxattr",
         "listxattr", "eventfd", "memfd_create", "major", "minor", "O_NONBLOCK", "O_SYNC", "O_NOFOLLOW",
         "O_DIRECTORY"}
    ),
    "signal": frozenset(
        {"SIGKILL", "SIGALRM", "alarm", "setitimer", "getitimer", "ITIMER_REAL", "SIGHUP", "SIGUSR1",
         "SIGUSR2", "SIGTSTP", "SIGCHLD", "SIGCLD", "SIGWINCH", "SIGCONT", "SIGSTOP", "SIGPIPE", "SIGQUIT",
         "SIGIO", "SIGBUS", "SIGTTIN", "SIGTTOU", "SIGVTALRM", "SIGPROF", "pause", "sigwait", "sigwaitinfo",
         "sigtimedwait", "sigpending", "pthread_kill", "pthread_sigmask", "siginterrupt"}
    ),
    "time": frozenset(
        {"tzset", "clock_gettime", "clock_gettime_ns", "clock_settime", "clock_getres", "CLOCK_MONOTONIC",
         "CLOCK_REALTIME", "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID", "pthread_getcpuclockid"}
    ),
    "socket": frozenset({"AF_UNIX", "AF_NETLINK", "AF_PACKET", "SO_REUSEPORT", "send_fds", "recv_fds"}),
    "select": frozenset({"poll", "epoll", "kqueue", "kevent", "EPOLLIN", "POLLIN", "devpoll"}),
    "selectors": frozenset({"PollSelector", "EpollSelector", "KqueueSelector", "DevpollSelector"}),
    "asyncio": frozenset(
        {"start_unix_server", "open_unix_connection", "ThreadedChildWatcher", "SafeChildWatcher",
         "get_child_watcher"}
    ),
    "shutil": frozenset({"chown"}),
    "socketserver": frozenset(
        {"ForkingMixIn", "ForkingTCPServer", "ForkingUDPServer", "UnixStreamServer", "UnixDatagramServer"}
    ),
}  # fmt: skip

COMMANDS = frozenset(
    {"clear", "ls", "cat", "rm", "cp", "mv", "touch", "grep", "which", "bash", "sh", "zsh", "chmod", "chown",
     "sudo", "apt", "apt-get", "brew", "ps", "kill", "killall", "pkill", "xdg-open", "aplay", "afplay",
     "paplay", "say", "stty", "tput", "reset", "uname", "man", "open", "espeak", "notify-send", "head",
     "tail", "wc", "awk", "sed", "ln", "export", "source", "pwd", "df", "du", "free", "ifconfig", "osascript",
     "pbcopy", "xclip", "less", "nano", "vim"}
)  # fmt: skip

INSTEAD = {
    "curses": "请改用 print 重画整个画面，或用 pygame。",
    "termios": "读单个按键时，Windows 上用 msvcrt.getwch()；最简单的是改用 input()。",
    "tty": "读单个按键时，Windows 上用 msvcrt.getwch()；最简单的是改用 input()。",
    "readline": "请放在 try/except ImportError 里，没有它 input() 也能用。",
    "resource": "请去掉它，或放在 try/except ImportError 里。",
    "os.fork": "请改用 subprocess 或 multiprocessing。",
    "os.getuid": "请改用 getpass.getuser()。",
    "os.geteuid": "请改用 getpass.getuser()。",
    "os.uname": "请改用 platform.uname()。",
    "signal.SIGALRM": "限时请改用 threading.Timer。",
    "signal.alarm": "限时请改用 threading.Timer。",
    "signal.setitimer": "限时请改用 threading.Timer。",
    "signal.SIGKILL": "结束进程请改用 Popen.kill()。",
    "os.killpg": "结束进程请改用 Popen.kill()。",
    "time.clock_gettime": "请改用 time.perf_counter()。",
    "$clear": '请写成 os.system("cls" if os.name == "nt" else "clear")。',
    "$ls": "请改用 os.listdir()。",
    "$cat": "请改用 open() 读文件。",
    "$rm": "请改用 os.remove() 或 shutil.rmtree()。",
    "$cp": "请改用 shutil.copy()。",
    "$mv": "请改用 shutil.move()。",
    "$touch": "请改用 pathlib.Path(...).touch()。",
    "$pwd": "请改用 os.getcwd()。",
    "$open": "请改用 webbrowser.open()。",
    "$xdg-open": "请改用 webbrowser.open()。",
    "$sleep": "请改用 time.sleep()。",
}

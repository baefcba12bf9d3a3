import ArgumentParser
import Platform

/// Chat logs that are tests.
struct TranscriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript",
        abstract: "Plays chat logs against a fresh bot; prints where they differ.")

    @OptionGroup var everywhere: Everywhere

    @Flag(help: "Write what happened into the files.")
    var update = false

    @Argument(help: "Transcripts.")
    var files: [String]

    func run() throws {
        let folder = try everywhere.folder()
        let decider = try everywhere.decider(folder)
        var isGood = true
        for file in files {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try Files.read(file)
            } catch {
                throw Exit.io("\(error)")
            }
            let player = TranscriptPlayer(
                decider: decider, folder: Files.split(file).folder, samples: folder.demo)
            let outcome = player.play(String(decoding: bytes, as: UTF8.self), name: file)
            if let fault = outcome.fault {
                Output.complain("\(file):\(fault)")
                isGood = false
            }
            if update, outcome.fault == nil {
                if !outcome.isGood { try Files.write(Array(outcome.updated.utf8), to: file) }
            } else if !outcome.difference.isEmpty {
                Output.write(outcome.difference)
                isGood = false
            }
        }
        if !isGood { throw ExitCode(1) }
    }
}

/// What teams, sponsors and offices say from day to day.
enum DailyCommands {
    static let all: [any Command.Type] = [
        UpCommand.self, FixCommand.self, StatusCommand.self, MeCommand.self, DoneCommand.self,
        BlockCommand.self, SolvedCommand.self, BlockersCommand.self, WeekCommand.self,
        MilestoneCommand.self, MilestonesCommand.self,
        NextCommand.self, WhyCommand.self, SilentCommand.self, ChartCommand.self,
        HistoryCommand.self,
        GoalCommand.self, DigestCommand.self, CohortCommand.self, AskCommand.self,
        DecideCommand.self,
        NudgeCommand.self, ExportCommand.self, SuggestCommand.self,
    ]
}

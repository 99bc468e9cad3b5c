"""The paper's experiments: questions, how they are answered, and what the answers say."""

"""What tests of several rooms share: projects, repositories, servers, machines, reports."""
